package io.velocitydb.engine.torture;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.Ingested;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.PortableFile;
import io.velocitydb.engine.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Portable files: one database written to a file, and the file ingested into another. */
final class Ingests {
  private static final Path DIRECTORY = Path.of("/portable");

  private final World world;
  private final Coverage coverage;
  private int files;

  Ingests(World world, Coverage coverage) {
    this.world = world;
    this.coverage = coverage;
  }

  void copy(@Nullable Tracked from, Tracked to) {
    if (from == null) {
      return;
    }
    world.settle();
    if (from.history.poisoned()) {
      return;
    }
    Path file = DIRECTORY.resolve(files++ + ".velo");
    world.note("snapshot of " + from.name + " to " + file + ", ingested into " + to.name);
    long time = world.time(from);
    List<Entry> entries = Tracked.all(from.database().cursor(KeyRange.all(), false));
    from.history.saw(state -> state.difference(entries, KeyRange.all(), time));
    PortableFile written = from.database().snapshot(file, Progress.NONE);
    if (written.entries() != entries.size()) {
      throw new AssertionError(written + " where " + entries.size() + " entries are expected");
    }
    if (entries.isEmpty()) {
      ingestNothing(file, to);
    } else {
      ingest(file, entries, to);
    }
    try {
      world.machine.disk.delete(file);
    } catch (IOException e) {
      world.note("  " + e);
    }
  }

  private void ingest(Path file, List<Entry> entries, Tracked to) {
    List<Operation> operations = new ArrayList<>();
    for (Entry entry : entries) {
      Expiry expiry = entry.expiresAtMs() == 0 ? Expiry.NONE : Expiry.at(entry.expiresAtMs());
      operations.add(
          new Operation.Put(
              entry.key(), entry.value(), entry.encoding(), expiry, Condition.ALWAYS, false));
    }
    History.Step step = to.history.submit(operations, Durability.ALWAYS, world.time(to));
    try {
      to.history.ingested(step, to.database().ingest(file, Progress.NONE).version());
      coverage.ingested();
    } catch (EngineException e) {
      step.failed(e);
      refused(e);
    }
  }

  /**
   * An empty file changes nothing, and promises nothing of the writes before it: it is taken even
   * by a database that takes no writes any more.
   */
  private void ingestNothing(Path file, Tracked to) {
    try {
      Ingested ingested = to.database().ingest(file, Progress.NONE);
      if (ingested.entries() != 0) {
        throw new AssertionError(ingested + " of an empty file");
      }
      coverage.ingested();
    } catch (EngineException e) {
      refused(e);
    }
  }

  private void refused(EngineException e) {
    if (!world.tolerated(e)) {
      throw e;
    }
    world.note("  -> " + e.kind() + " " + e.outcome() + ": " + e.getMessage());
  }
}
