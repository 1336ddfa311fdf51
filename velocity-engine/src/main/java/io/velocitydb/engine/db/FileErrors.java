package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.FileLockedException;
import java.nio.file.Path;

/** Failures of files as the engine's callers are told of them. */
final class FileErrors {
  private FileErrors() {}

  /** What a caller is told; {@code directory} is where it happened. */
  static EngineException of(Path directory, Exception e) {
    return switch (e) {
      case EngineException known -> known;
      case FileLockedException locked ->
          new EngineException(
              Kind.LOCKED,
              Outcome.NOT_APPLIED,
              directory + " is in use by another process; stop it, or use another directory",
              locked);
      case DiskFullException full ->
          new EngineException(
              Kind.DISK_FULL,
              Outcome.NOT_APPLIED,
              "no space left for " + directory + ": free some space on its file system",
              full);
      default ->
          new EngineException(
              Kind.STORAGE_ERROR,
              Outcome.UNKNOWN,
              "a file of " + directory + " could not be used: " + e.getMessage(),
              e);
    };
  }
}
