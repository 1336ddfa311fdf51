package io.velocitydb.engine;

import java.nio.file.Path;

/**
 * Where the logs of an engine are kept for {@link Engine#restore}: each segment is linked or copied
 * there once it is complete and on stable storage, into one directory for each database. Segments
 * that only hold writes up to a checkpoint's last sequence are not needed for it and may be removed
 * at any time; their names begin with the sequences before and of their last write.
 *
 * @param directory created where missing; best on the data's file system, where files are linked
 * @param intervalMs milliseconds after which a segment that was written to is ended, at least 100
 * @param maxBytes bytes of each database's directory; what does not fit is left out, and {@link
 *     EngineListener#walArchiveGap} is told
 */
public record WalArchive(Path directory, long intervalMs, long maxBytes) {
  /** Checks that the values are possible. */
  public WalArchive {
    if (intervalMs < 100) {
      throw new EngineException(
          EngineException.Kind.INVALID_ARGUMENT,
          "intervalMs of the log's archive must be at least 100 ms, not " + intervalMs);
    }
    if (maxBytes < 1) {
      throw new EngineException(
          EngineException.Kind.INVALID_ARGUMENT,
          "maxBytes of the log's archive must be at least 1 byte, not " + maxBytes);
    }
  }
}
