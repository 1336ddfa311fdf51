package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.compaction.LiveSnapshot;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.compaction.OlderRuns;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.db.ReadView.Immutable;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.Run;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.wal.FileWal;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes memtables to tables, oldest first, one at a time. A memtable is written only once all of
 * it is visible and its log is synced: so tables never hold what readers may not see, nor anything
 * that the log could lose while something older in it survives.
 */
final class Flusher {
  private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

  private final StoreSetup setup;
  private final Manifest manifest;
  private final FileWal wal;
  private final Views views;
  private final TableStore tables;
  private final SnapshotRegistry snapshots;
  private final Owner owner;
  private final WorkLoop loop;
  private final AtomicLong flushes = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /** Written, but maybe not in the manifest yet: only the disk was full for the edit. */
  private @Nullable Written written;

  private record Written(Immutable memtable, MergeResult result) {}

  /** What the flusher needs of the store. */
  interface Owner {
    /** Whether the database is poisoned: then nothing is flushed any more. */
    boolean broken();

    /** Asks for a sync of the log. */
    void sync();

    /** A memtable of some size was written to files within some time. */
    void written(long bytes, long nanos);

    /** A memtable became a table, or could not for want of space. */
    void flushed();

    /** Files could not be written. */
    void failed(String what, Throwable cause);
  }

  Flusher(
      StoreSetup setup,
      Manifest manifest,
      FileWal wal,
      Views views,
      TableStore tables,
      SnapshotRegistry snapshots,
      TrackedBackground background,
      Owner owner) {
    this.setup = setup;
    this.manifest = manifest;
    this.wal = wal;
    this.views = views;
    this.tables = tables;
    this.snapshots = snapshots;
    this.owner = owner;
    this.loop =
        new WorkLoop(
            background,
            Lane.FLUSH,
            this::flushAndTrim,
            e -> owner.failed("a memtable could not be written to a table", e));
  }

  /** Memtables flushed. */
  long flushes() {
    return flushes.get();
  }

  /** Attempts that found no space. */
  long failures() {
    return failures.get();
  }

  /** Flushes what can be flushed, on another thread. */
  void request() {
    loop.request();
  }

  private void flushAndTrim() throws IOException {
    flushAll();
    trimLog();
  }

  private void flushAll() throws IOException {
    while (!owner.broken()) {
      Immutable next = views.oldest();
      if (next == null || next.table().maxSequence() > views.visible()) {
        return;
      }
      if (wal.synced() < next.logEnd()) {
        owner.sync();
        return;
      }
      try {
        setup.disk().withReserve(() -> flush(next));
      } catch (DiskFullException e) {
        failures.incrementAndGet();
        owner.flushed();
        return;
      }
      owner.flushed();
    }
  }

  private MergeResult write(Immutable memtable) throws IOException {
    ReadView view = views.acquire();
    try {
      // The memtable is visible already, so a snapshot that comes later sees all of it; and it
      // judges expiry no earlier than now.
      long now = setup.time().now();
      List<LiveSnapshot> live =
          snapshots.list().stream().map(s -> new LiveSnapshot(s.sequence(), s.timeMs())).toList();
      OlderRuns older =
          new OlderRuns(view.tree().version().runs().stream().map(Run::tables).toList());
      try (InternalCursor entries = memtable.table().cursor()) {
        return tables.write(entries, memtable.table().rangeTombstones(), live, now, older, false);
      }
    } finally {
      view.release();
    }
  }

  private void flush(Immutable memtable) throws IOException {
    Written done = written;
    if (done == null || done.memtable.table() != memtable.table()) {
      Clock clock = setup.environment().clock();
      long begun = clock.nanoTime();
      done = new Written(memtable, write(memtable));
      owner.written(memtable.table().bytes(), clock.nanoTime() - begun);
      written = done;
    }
    long sequence = memtable.table().maxSequence();
    List<Long> logs = wal.obsolete(sequence);
    VersionEdit.Builder edit =
        VersionEdit.builder().flushedSequence(sequence).engineTime(setup.time().now());
    tables.addNewest(edit, done.result);
    logs.forEach(edit::removeWal);
    tables.install(edit.build(), tree -> views.flushed(memtable, tree));
    written = null;
    flushes.incrementAndGet();
    drop(logs);
  }

  /** Removes segments that became obsolete otherwise than by a flush. */
  private void trimLog() throws IOException {
    List<Long> logs = wal.obsolete(views.tablesSequence());
    if (logs.isEmpty() || owner.broken()) {
      return;
    }
    VersionEdit.Builder edit = VersionEdit.builder().engineTime(setup.time().now());
    logs.forEach(edit::removeWal);
    try {
      manifest.apply(edit.build());
    } catch (DiskFullException e) {
      setup.disk().foundFull();
      return;
    }
    drop(logs);
  }

  private void drop(List<Long> logs) {
    try {
      wal.drop(logs);
    } catch (IOException e) {
      LOG.warn(
          "a log segment that is not needed any more stays until {} is opened again: {}",
          setup.directory(),
          e.toString());
    }
  }
}
