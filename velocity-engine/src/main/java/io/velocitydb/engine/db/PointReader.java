package io.velocitydb.engine.db;

import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.sstable.TableReader;

/**
 * Finds the newest entry of a key in a view: memtables from new to old, then runs from new to old,
 * carrying the highest range tombstone met on the way. Whatever lies in an older source is older
 * than any tombstone of a newer one. Allocates nothing.
 */
final class PointReader {
  private PointReader() {}

  /**
   * Looks a key up.
   *
   * @param maxSequence newer entries are not seen
   * @param into holds the entry when FOUND, until released
   * @return FOUND only for a value; whether it has expired is the caller's to judge
   */
  static ReadResult read(
      ReadView view,
      long keyAddress,
      int keyLength,
      long maxSequence,
      boolean mayBlock,
      PointResult into) {
    long hash = KeyHash.of(keyAddress, keyLength);
    ReadResult inMemory = readMemory(view, keyAddress, keyLength, hash, maxSequence, into);
    return inMemory == ReadResult.NEEDS_IO
        ? readTables(view.tree(), keyAddress, keyLength, hash, maxSequence, mayBlock, into)
        : inMemory;
  }

  /** As {@link #read} in the memtables alone; NEEDS_IO when they say nothing of the key. */
  static ReadResult readMemory(
      ReadView view,
      long keyAddress,
      int keyLength,
      long hash,
      long maxSequence,
      PointResult into) {
    Memtable table = view.active();
    int next = 0;
    while (true) {
      long covering = table.coveringRangeDelete(keyAddress, keyLength, maxSequence);
      if (table.get(keyAddress, keyLength, hash, maxSequence, into)) {
        return live(into, covering);
      }
      if (covering != 0) {
        return ReadResult.MISSING;
      }
      if (next == view.immutables().size()) {
        return ReadResult.NEEDS_IO;
      }
      table = view.immutables().get(next++).table();
    }
  }

  /** As {@link #read} in the tables alone. */
  static ReadResult readTables(
      Tree tree,
      long keyAddress,
      int keyLength,
      long hash,
      long maxSequence,
      boolean mayBlock,
      PointResult into) {
    for (int i = 0; i < tree.runCount(); i++) {
      TableReader table = tree.find(i, keyAddress, keyLength);
      if (table == null) {
        continue;
      }
      if (!table.load(mayBlock)) {
        return ReadResult.NEEDS_IO;
      }
      long covering = table.coveringRangeDelete(keyAddress, keyLength, maxSequence);
      ReadResult result = table.get(keyAddress, keyLength, hash, maxSequence, mayBlock, into);
      if (result == ReadResult.NEEDS_IO) {
        return result;
      }
      if (result == ReadResult.FOUND) {
        return live(into, covering);
      }
      if (covering != 0) {
        return ReadResult.MISSING;
      }
    }
    return ReadResult.MISSING;
  }

  /**
   * Brings the value of an entry that has a pointer to it.
   *
   * @return NEEDS_IO if that may not wait for a file; the entry is then released
   */
  static ReadResult loadValue(ReadView view, boolean mayBlock, PointResult entry) {
    if (entry.kind() == EntryKind.BLOB) {
      if (!view.tree()
          .readLarge(
              entry.valueAddress(),
              entry.valueLength(),
              CacheUse.FILL,
              mayBlock,
              entry.valuePin())) {
        entry.release();
        return ReadResult.NEEDS_IO;
      }
      entry.useValuePin();
    }
    return ReadResult.FOUND;
  }

  private static ReadResult live(PointResult entry, long covering) {
    if (EntryKind.isValue(entry.kind()) && entry.sequence() > covering) {
      return ReadResult.FOUND;
    }
    entry.release();
    return ReadResult.MISSING;
  }
}
