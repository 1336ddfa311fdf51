package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.block.DataBlock;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;

/** Reads all entries of a table and compares everything that is said about them. */
final class TableVerifier {
  private final TableReader table;
  private final TableFile file;
  private final TableProperties properties;
  private final TableResident resident;
  private final PointerCheck pointers;
  private final NativeMemory memory;

  private long entries;
  private long deletes;
  private long expiring;
  private long keyBytes;
  private long valueBytes;

  /**
   * Of a table that was not verified.
   *
   * @param resident its index and filter, whole
   */
  TableVerifier(
      TableReader table,
      TableFile file,
      TableResident resident,
      PointerCheck pointers,
      NativeMemory memory) {
    this.table = table;
    this.file = file;
    this.resident = resident;
    this.properties = resident.properties();
    this.pointers = pointers;
    this.memory = memory;
  }

  long verify() {
    TableInfo info = properties.info();
    TableIndex index = resident.index();
    if (index != null) {
      try (TableCursor cursor = table.cursor(index, CacheUse.BYPASS);
          BlockPin pin = new BlockPin(memory);
          BlockReadAhead ahead = table.readAhead(index, CacheUse.BYPASS);
          NativeBuffer last = new NativeBuffer(memory, MemoryTag.CURSOR)) {
        walk(cursor, index, pin, ahead, last);
      }
    }
    if (entries != info.entries()
        || deletes != info.deletes()
        || expiring != info.expiring()
        || keyBytes != properties.keyBytes()
        || valueBytes != properties.valueBytes()) {
      throw file.damaged(0, "the properties do not count what the table has");
    }
    return entries;
  }

  private void walk(
      TableCursor cursor, TableIndex index, BlockPin pin, BlockReadAhead ahead, NativeBuffer last) {
    FilterBlock filter = resident.filter();
    int lastLength = 0;
    long lastSequence = 0;
    int block = -1;
    for (cursor.first(); cursor.valid(); cursor.next()) {
      long key = cursor.keyAddress();
      int keyLength = cursor.keyLength();
      long sequence = cursor.sequence();
      if (cursor.block() != block) {
        block = cursor.block();
        table.openBlock(index, block, pin, CacheUse.BYPASS, ahead);
      }
      if (keyLength == 0
          || (entries > 0
              && InternalKey.compare(
                      last.address(), lastLength, lastSequence, key, keyLength, sequence)
                  >= 0)) {
        throw file.damaged(index.offset(block), "entries out of order");
      }
      long hash = KeyHash.of(key, keyLength);
      int found = pin.entries().find(key, keyLength, hash, sequence);
      if (found != DataBlock.FOUND || pin.entries().sequence() != sequence) {
        throw file.damaged(index.offset(block), "an entry that its block does not find");
      }
      if (filter != null && !filter.mayContain(hash)) {
        throw file.damaged(index.offset(block), "a key that the filter denies");
      }
      if (index.find(key, keyLength, sequence) != block) {
        throw file.damaged(index.offset(block), "an entry where the index does not look");
      }
      if (!isInside(key, keyLength, sequence, cursor.expiresAtMs())) {
        throw file.damaged(index.offset(block), "an entry outside the table's bounds");
      }
      if (cursor.kind() == EntryKind.BLOB) {
        pointers.check(cursor.valueAddress(), cursor.valueLength());
      }
      count(cursor);
      Memory.copy(key, last.reserve(keyLength), keyLength);
      lastLength = keyLength;
      lastSequence = sequence;
    }
  }

  private boolean isInside(long key, int keyLength, long sequence, long expiresAtMs) {
    TableInfo info = properties.info();
    int toLargest = Memory.compare(key, keyLength, info.largest());
    boolean insideLargest =
        info.largestExclusive() ? info.largest().length == 0 || toLargest < 0 : toLargest <= 0;
    return Memory.compare(key, keyLength, info.smallest()) >= 0
        && insideLargest
        && sequence >= info.minSequence()
        && sequence <= info.maxSequence()
        && (expiresAtMs == 0
            || (expiresAtMs >= info.minExpiryMs() && expiresAtMs <= info.maxExpiryMs()));
  }

  private void count(TableCursor cursor) {
    entries++;
    deletes += cursor.kind() == EntryKind.DELETE ? 1 : 0;
    expiring += cursor.expiresAtMs() != 0 ? 1 : 0;
    keyBytes += cursor.keyLength();
    valueBytes += cursor.valueLength();
  }
}
