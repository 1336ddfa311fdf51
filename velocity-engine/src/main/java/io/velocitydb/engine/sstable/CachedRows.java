package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.cache.RowCache;
import io.velocitydb.engine.cache.RowCache.Row;
import io.velocitydb.engine.cursor.PointResult;
import org.jspecify.annotations.Nullable;

/** Point reads of a file that its rows in a {@link RowCache} answer, and those that become rows. */
final class CachedRows {
  private CachedRows() {}

  /**
   * Finds the newest entry of a key in a file among its rows.
   *
   * @param file null for one that has no rows
   * @return whether it is there, and not newer than {@code maxSequence}
   */
  static boolean pin(
      @Nullable CachedFile file,
      long keyAddress,
      int keyLength,
      long hash,
      long maxSequence,
      PointResult into) {
    if (file == null) {
      return false;
    }
    RowCache rows = file.rows();
    BlockPin pin = into.pin();
    int place = rows.find(hash);
    if (place == RowCache.NONE) {
      return false;
    }
    pin.release();
    if (!rows.pin(place, file.number(), keyAddress, keyLength, maxSequence, pin)) {
      return false;
    }
    long row = pin.address();
    into.set(
        Row.kind(row),
        Row.sequence(row),
        Row.encoding(row),
        Row.expiresAtMs(row),
        Row.valueAddress(row),
        Row.valueLength(row));
    return true;
  }

  /** Says that an entry, the newest of its key in a file, was read. */
  static void offer(CachedFile file, long keyAddress, int keyLength, long hash, PointResult entry) {
    file.rows()
        .offer(
            hash,
            file.number(),
            keyAddress,
            keyLength,
            entry.kind(),
            entry.sequence(),
            entry.encoding(),
            entry.expiresAtMs(),
            entry.valueAddress(),
            entry.valueLength());
  }
}
