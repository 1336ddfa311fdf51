package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.ManifestState;
import io.velocitydb.engine.manifest.WalName;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.FileLockedException;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.wal.WalPosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks a data directory that no engine has open, without changing a file. */
public final class OfflineVerifier {
  private OfflineVerifier() {}

  /** See {@link io.velocitydb.engine.Engine#verifyDirectory}. */
  public static VerifyReport verify(Vfs vfs, Path directory) {
    return locked(vfs, directory, Catalogue.FILE, memory -> verifyAll(vfs, directory, memory));
  }

  /** See {@link io.velocitydb.engine.Engine#verifyDirectory(Path, String)}. */
  public static VerifyReport verify(Vfs vfs, Path directory, String name) {
    return locked(
        vfs,
        directory,
        Catalogue.FILE,
        memory -> {
          Long id = Catalogue.read(vfs, directory, memory).databases().get(name);
          if (id == null) {
            throw new EngineException(
                Kind.DATABASE_NOT_FOUND, "there is no database \"" + name + "\" in " + directory);
          }
          return database(vfs, Catalogue.directory(directory, id, name), id, memory);
        });
  }

  /** What is done while no engine can open the directory. */
  interface Work<T> {
    T run(NativeMemory memory) throws IOException;
  }

  /**
   * Does something with a directory, unless it is in use.
   *
   * @param mark what it has if it is a data directory
   */
  static <T> T locked(Vfs vfs, Path directory, String mark, Work<T> work) {
    try {
      if (!vfs.exists(directory.resolve(mark))) {
        throw new EngineException(
            Kind.INVALID_ARGUMENT, directory + " is no data directory: it has no file " + mark);
      }
      try (AutoCloseable _ = vfs.lock(directory.resolve(DirectoryEngine.LOCK))) {
        return work.run(new NativeMemory());
      }
    } catch (EngineException e) {
      throw e;
    } catch (FileLockedException e) {
      throw new EngineException(
          Kind.LOCKED,
          Outcome.NOT_APPLIED,
          directory + " is in use by another process; verify it through that process",
          e);
    } catch (Exception e) {
      throw new EngineException(
          Kind.STORAGE_ERROR,
          Outcome.NOT_APPLIED,
          directory + " cannot be read: " + e.getMessage(),
          e);
    }
  }

  private static VerifyReport verifyAll(Vfs vfs, Path directory, NativeMemory memory)
      throws IOException {
    List<VerifyReport> reports = new ArrayList<>();
    VerifyReport catalogue = catalogue(vfs, directory, memory);
    reports.add(catalogue);
    if (catalogue.clean()) {
      Catalogue.read(vfs, directory, memory)
          .databases()
          .forEach(
              (name, id) ->
                  reports.add(database(vfs, Catalogue.directory(directory, id, name), id, memory)));
    }
    return Reports.sum(reports);
  }

  /** Checks the catalogue alone. */
  static VerifyReport catalogue(Vfs vfs, Path directory, NativeMemory memory) {
    FileChecks checks = new FileChecks(vfs, directory, 0, memory);
    checks.check(directory.resolve(Catalogue.FILE), () -> Catalogue.read(vfs, directory, memory));
    return checks.report();
  }

  /** Checks the files of one database that no store has open. */
  static VerifyReport database(Vfs vfs, Path directory, long id, NativeMemory memory) {
    FileChecks checks = new FileChecks(vfs, directory, id, memory);
    List<ManifestState> read = new ArrayList<>();
    checks.check(
        directory.resolve(Manifest.FILE),
        () -> read.add(Manifest.read(vfs, directory, memory).state()));
    for (ManifestState state : read) {
      checks.version(state.version());
      List<WalName> segments = new ArrayList<>();
      state.wals().forEach((number, salt) -> segments.add(new WalName(number, salt)));
      checks.log(
          segments,
          state
              .cleanClose()
              .map(c -> new WalPosition(c.segment(), c.offset()))
              .orElse(WalPosition.START));
    }
    return checks.report();
  }
}
