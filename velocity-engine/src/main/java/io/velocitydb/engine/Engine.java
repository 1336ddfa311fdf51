package io.velocitydb.engine;

import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.RealVfs;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * An open data directory: start here. It holds any number of named databases and belongs to one
 * engine of one process at a time. Thread-safe; close it.
 *
 * <pre>{@code
 * try (Engine engine = Engine.open(Path.of("data"), EngineOptions.defaults())) {
 *   Database orders = engine.openOrCreate("orders");
 *   orders.put("4711".getBytes(UTF_8), "paid".getBytes(UTF_8));
 *   orders.get("4711".getBytes(UTF_8)).ifPresent(entry -> System.out.println(entry.version()));
 * }
 * }</pre>
 */
public interface Engine extends AutoCloseable {
  /**
   * Opens a directory, creating it where missing, and recovers every database in it. One whose
   * files are damaged does not keep the others from being opened: its operations answer what is
   * wrong with it, {@link EngineStats#unavailable} lists it, and it can be verified and dropped.
   *
   * @throws EngineException if the directory is locked, its catalogue is damaged or of a newer
   *     format, or its disk is full
   */
  static Engine open(Path directory, EngineOptions options) {
    return EngineProvider.installed()
        .openStandalone(
            directory,
            options,
            new EngineEnvironment(
                RealVfs.system(),
                Clock.system(),
                new NativeMemory(),
                new ThreadedBackground(),
                EngineListener.NONE));
  }

  /** As {@link #open(Path, EngineOptions)}, with the environment of the caller. */
  static Engine open(Path directory, EngineOptions options, EngineEnvironment environment) {
    return EngineProvider.installed().open(directory, options, environment);
  }

  /**
   * Reads and checks every byte of a directory that no engine has open, and changes nothing in it.
   *
   * @throws EngineException if it is locked or is no data directory
   */
  static VerifyReport verifyDirectory(Path directory) {
    return EngineProvider.installed().verify(directory);
  }

  /**
   * As {@link #verifyDirectory(Path)}, of one database alone.
   *
   * @throws EngineException also if there is none of that name
   */
  static VerifyReport verifyDirectory(Path directory, String database) {
    return EngineProvider.installed().verify(directory, database);
  }

  /**
   * Makes a damaged directory that no engine has open usable again, with all that can be read:
   * rebuilds catalogue and manifests, leaves out tables that are damaged, replays logs without what
   * does not match. What is left out is moved to the folder {@code lost} in it, nothing is deleted.
   * Where nothing is wrong, nothing is changed. A backup is better than what this can save.
   *
   * @throws EngineException if it is locked, is no data directory, or was written by a newer
   *     release
   */
  static RepairReport repairDirectory(Path directory) {
    return EngineProvider.installed().repair(directory);
  }

  /**
   * Makes a data directory from a checkpoint and what was archived of the logs after it (see {@link
   * EngineOptions#withWalArchive}), up to a point. All versions given out there are far above those
   * of before, so that no compare-and-set of before matches. When this returns, the directory is on
   * stable storage; if it fails, or the machine does, there is none of that name.
   *
   * @param checkpoint a data directory that no engine has open, made by {@link #checkpoint}; it is
   *     not changed
   * @param archive directory of the archive
   * @param target must not exist yet
   * @throws EngineException if something that is needed is missing or damaged, or the checkpoint is
   *     later than {@code point}
   */
  static Restored restore(
      Path checkpoint, Path archive, RestorePoint point, Path target, EngineOptions options) {
    try (ThreadedBackground background = new ThreadedBackground()) {
      return restore(
          checkpoint,
          archive,
          point,
          target,
          options,
          new EngineEnvironment(
              RealVfs.system(),
              Clock.system(),
              new NativeMemory(),
              background,
              EngineListener.NONE));
    }
  }

  /** As above, with the environment of the caller. */
  static Restored restore(
      Path checkpoint,
      Path archive,
      RestorePoint point,
      Path target,
      EngineOptions options,
      EngineEnvironment environment) {
    return EngineProvider.installed()
        .restore(checkpoint, archive, point, target, options, environment);
  }

  /**
   * Shows what one file holds, whoever has it open: a log segment ({@code *.wal}), a table ({@code
   * *.sst}, {@code *.velo}) or a {@code MANIFEST}. In log and manifest damaged places are shown and
   * passed over; a table ends at the first.
   *
   * @param sink told of the file as a whole, then of everything in it, in its order
   * @throws EngineException if it is none of these, or damaged
   */
  static void inspect(Path file, Consumer<Inspected> sink) {
    EngineProvider.installed().inspect(file, sink);
  }

  /**
   * The database of a name.
   *
   * @throws EngineException if there is none
   */
  Database database(String name);

  /**
   * Creates a database; when this returns, it is on stable storage. A name has 1 to 64 of the
   * characters {@code A-Z a-z 0-9 _ . -} and does not begin with {@code .} or {@code -}.
   *
   * @throws EngineException if there is one of that name, or the name is not allowed
   */
  Database createDatabase(String name);

  /** The database of a name, created where missing. */
  Database openOrCreate(String name);

  /**
   * Drops a database with all its entries; when this returns, that is on stable storage. Its open
   * cursors and snapshots must not be used any more.
   *
   * @throws EngineException if there is none of that name
   */
  void dropDatabase(String name);

  /** The names of all databases, sorted. */
  List<String> databases();

  /** Reads and checks every byte of every file, while the engine works on. */
  VerifyReport verify();

  /**
   * As {@link Database#checkpoint}, with all databases, each in a state of its own of this time.
   */
  Checkpoint checkpoint(Path target);

  /**
   * Format in which files are written. A directory keeps the format in which it was created, so
   * that the release before this one can open it again; {@link #finalizeFormat} raises it.
   */
  int format();

  /**
   * Raises the format of the directory and of all its databases to this release's own, durably; the
   * release before refuses them from then on. Nothing is rewritten: what the new format does better
   * comes with flushes and merges. May be called again after a failure, or when nothing is left to
   * raise.
   *
   * @throws EngineException if a database could not be opened, or the disk is full
   */
  void finalizeFormat();

  /** Counters and sizes of this moment. */
  EngineStats stats();

  /** What its databases did, and how long it took. */
  PerformanceMetrics metrics();

  /**
   * Waits for what was accepted, syncs the logs and closes. Memtables are not flushed: the next
   * opening replays the log.
   */
  @Override
  void close();
}
