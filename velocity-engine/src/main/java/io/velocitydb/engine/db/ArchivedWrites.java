package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.RestorePoint;
import io.velocitydb.engine.Restored;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.wal.LogArchive;
import io.velocitydb.engine.wal.WalSink;
import java.io.IOException;

/** The writes that a restore takes from an archive, behind those of a checkpoint. */
final class ArchivedWrites {
  /**
   * How far versions jump. Writes that nobody archived may have had versions above all that is
   * known, and a compare-and-set that expects one of them must not match by accident.
   */
  static final long JUMP = 1L << 40;

  private final String database;
  private final LogArchive archive;
  private final RestorePoint point;
  private Restored.Reached reached = new Restored.Reached(0, 0, 0);
  private long highest;

  ArchivedWrites(String database, LogArchive archive, RestorePoint point) {
    this.database = database;
    this.archive = archive;
    this.point = point;
  }

  /**
   * Replays, and returns the sequence of the last write.
   *
   * @param from sequence of the checkpoint's last write
   * @param fromTimeMs when the checkpoint was made
   */
  long replay(long from, long fromTimeMs, WalSink sink) throws IOException {
    if (point.sequence() < from || point.timeMs() < fromTimeMs) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "the checkpoint of database %s holds writes up to sequence %d and was made at %d ms, which is later than the point to restore to; use an older checkpoint"
              .formatted(database, from, fromTimeMs));
    }
    LogArchive.Reached came = archive.replay(from, point, sink);
    highest = came.highest();
    reached =
        new Restored.Reached(
            came.last(), came.records() == 0 ? fromTimeMs : came.timeMs(), came.records());
    return came.last();
  }

  /** No version up to it is given out any more. */
  long ceiling() {
    if (highest > InternalKey.MAX_SEQUENCE - 2 * JUMP) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "database " + database + " has no versions left for a restore");
    }
    return highest + JUMP;
  }

  /** How far it came. */
  Restored.Reached reached() {
    return reached;
  }
}
