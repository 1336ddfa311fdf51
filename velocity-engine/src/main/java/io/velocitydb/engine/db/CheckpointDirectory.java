package io.velocitydb.engine.db;

import io.velocitydb.engine.Checkpoint;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.vfs.FileLockedException;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory in the making. It is filled under another name, its catalogue is written last,
 * and then it gets its name by one rename: so whatever ends the work early leaves nothing that
 * opens. Not thread-safe.
 */
final class CheckpointDirectory implements AutoCloseable {
  /** Follows the target's name while it is being filled. */
  static final String UNFINISHED = ".unfinished-checkpoint";

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);

  /** All that an unfinished one can hold. */
  private static final Set<String> CONTENTS =
      Set.of(DirectoryEngine.LOCK, Catalogue.FILE, Catalogue.NEW_FILE, Catalogue.DATABASES);

  private final EngineEnvironment environment;
  private final Vfs vfs;
  private final Path target;
  private final Path parent;
  private final Path unfinished;
  private final Map<String, Long> databases = new TreeMap<>();
  private final Map<String, Long> lastSequences = new TreeMap<>();
  private AutoCloseable lock;
  private boolean begun;
  private boolean renamed;
  private int format = 1;
  private int files;
  private long bytes;
  private long copiedBytes;

  /**
   * Begins one that will get the name {@code target}.
   *
   * @throws EngineException if that name is taken
   */
  CheckpointDirectory(EngineEnvironment environment, Path target) throws IOException {
    this.environment = environment;
    this.vfs = environment.vfs();
    this.target = target.toAbsolutePath().normalize();
    Path above = this.target.getParent();
    if (above == null || vfs.exists(this.target)) {
      throw taken();
    }
    this.parent = above;
    demandOutsideOfDatabases();
    this.unfinished = this.target.resolveSibling(this.target.getFileName() + UNFINISHED);
    vfs.createDirectories(unfinished);
    try {
      lock = vfs.lock(unfinished.resolve(DirectoryEngine.LOCK));
    } catch (FileLockedException e) {
      throw new EngineException(
          Kind.LOCKED, Outcome.NOT_APPLIED, "another checkpoint to " + target + " is under way", e);
    }
    try {
      removeLeftOvers();
      begun = true;
      vfs.createDirectories(unfinished.resolve(Catalogue.DATABASES));
    } catch (IOException | RuntimeException | Error e) {
      try (this) {
        throw e;
      }
    }
  }

  private EngineException taken() {
    return new EngineException(
        Kind.INVALID_ARGUMENT,
        target + " exists already; name a directory that does not exist yet");
  }

  /** What the catalogue does not name there is removed at the next opening. */
  private void demandOutsideOfDatabases() throws IOException {
    for (Path at = parent; at.getParent() != null; at = at.getParent()) {
      if (at.endsWith(Catalogue.DATABASES) && vfs.exists(at.resolveSibling(Catalogue.FILE))) {
        throw new EngineException(
            Kind.INVALID_ARGUMENT,
            target + " lies inside the databases of " + at.getParent() + "; choose another place");
      }
    }
  }

  /** What an attempt that was ended by a crash has left. */
  private void removeLeftOvers() throws IOException {
    List<String> found = vfs.list(unfinished);
    if (!CONTENTS.containsAll(found)) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          unfinished + " is in the way and is no unfinished checkpoint; remove it first");
    }
    removeContents();
  }

  /** Removes what may be there of a database that was not added to the end. */
  void leaveOut(StoreSetup setup) throws IOException {
    Path directory = Catalogue.directory(unfinished, setup.id(), setup.name());
    if (vfs.exists(directory)) {
      removeDirectory(directory);
    }
  }

  private void removeDirectory(Path directory) throws IOException {
    for (String file : vfs.list(directory)) {
      vfs.delete(directory.resolve(file));
    }
    vfs.delete(directory);
  }

  private void removeContents() throws IOException {
    // Without a catalogue it opens no more.
    for (String file : List.of(Catalogue.FILE, Catalogue.NEW_FILE)) {
      if (vfs.exists(unfinished.resolve(file))) {
        vfs.delete(unfinished.resolve(file));
      }
    }
    Path inside = unfinished.resolve(Catalogue.DATABASES);
    if (vfs.exists(inside)) {
      for (String database : vfs.list(inside)) {
        removeDirectory(inside.resolve(database));
      }
      vfs.delete(inside);
    }
  }

  /** Where it is filled. */
  Path unfinished() {
    return unfinished;
  }

  /** Adds one database, durably. */
  void add(CheckpointSource source) throws IOException {
    add(
        source.setup().name(),
        source.setup().id(),
        source.files(),
        source.format(),
        source.state(),
        source.lastSequence(),
        source::demandOpen);
  }

  /**
   * Adds one database, durably.
   *
   * @param sources files that never change again
   * @param databaseFormat of its manifest
   * @param state what its manifest says
   * @param lastSequence everything up to it is there, and nothing beyond
   * @param whileCopying called now and then; what it throws ends the work
   */
  void add(
      String name,
      long id,
      List<Path> sources,
      int databaseFormat,
      ManifestState state,
      long lastSequence,
      Runnable whileCopying)
      throws IOException {
    Path directory = Catalogue.directory(unfinished, id, name);
    vfs.createDirectories(directory);
    FileTransfer transfer = new FileTransfer(vfs, environment.memory(), whileCopying);
    for (Path file : sources) {
      transfer.place(file, directory.resolve(file.getFileName()));
    }
    // Makes the names of the files durable, too.
    Manifest.create(vfs, directory, environment.memory(), id, databaseFormat, state).close();
    format = Math.max(format, databaseFormat);
    databases.put(name, id);
    lastSequences.put(name, lastSequence);
    files += transfer.files();
    bytes += transfer.bytes();
    copiedBytes += transfer.copiedBytes();
  }

  /**
   * Gives it its name; when this returns, it is on stable storage.
   *
   * @param leastFormat of the directory, unless a database has a newer one
   * @param nextId no database added has this number or one above it
   * @param sequenceFloor as in the catalogue of the directory that it comes from
   */
  Checkpoint finish(int leastFormat, long nextId, long sequenceFloor) throws IOException {
    new Catalogue(Math.max(format, leastFormat), nextId, sequenceFloor, databases)
        .write(vfs, unfinished, environment.memory());
    unlock();
    if (vfs.exists(target)) {
      throw taken();
    }
    vfs.rename(unfinished, target);
    renamed = true;
    vfs.syncDirectory(parent);
    return new Checkpoint(target, lastSequences, files, bytes, copiedBytes);
  }

  private void unlock() throws IOException {
    try {
      lock.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Removes what was not finished. */
  @Override
  public void close() throws IOException {
    try {
      if (begun && !renamed) {
        removeContents();
        vfs.delete(unfinished.resolve(DirectoryEngine.LOCK));
        vfs.delete(unfinished);
      }
    } catch (IOException e) {
      LOG.warn(
          "{} stays; it is no data directory and can be removed: {}", unfinished, e.toString());
    } finally {
      unlock();
    }
  }
}
