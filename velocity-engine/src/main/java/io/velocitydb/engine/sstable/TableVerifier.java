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
  private final TableReader.PointerCheck pointers;
  private final NativeMemory memory;

  private long entries;
  private long deletes;
  private long expiring;
  private long keyBytes;
  private long valueBytes;

  TableVerifier(
      TableReader table,
      TableFile file,
      TableProperties properties,
      TableReader.PointerCheck pointers,
      NativeMemory memory) {
    this.table = table;
    this.file = file;
    this.properties = properties;
    this.pointers = pointers;
    this.memory = memory;
  }

  long verify() {
    TableInfo info = properties.info();
    if (info.entries() > 0) {
      try (TableCursor cursor = (TableCursor) table.cursor(CacheUse.BYPASS);
          BlockPin pin = new BlockPin(memory);
          NativeBuffer last = new NativeBuffer(memory, MemoryTag.CURSOR)) {
        walk(cursor, pin, last);
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

  private void walk(TableCursor cursor, BlockPin pin, NativeBuffer last) {
    int lastLength = 0;
    long lastSequence = 0;
    int block = -1;
    for (cursor.first(); cursor.valid(); cursor.next()) {
      long key = cursor.keyAddress();
      int keyLength = cursor.keyLength();
      long sequence = cursor.sequence();
      if (cursor.block() != block) {
        block = cursor.block();
        table.openBlock(block, pin, CacheUse.BYPASS);
      }
      if (keyLength == 0
          || (entries > 0
              && InternalKey.compare(
                      last.address(), lastLength, lastSequence, key, keyLength, sequence)
                  >= 0)) {
        throw damaged(block, "entries out of order");
      }
      long hash = KeyHash.of(key, keyLength);
      int found = pin.entries().find(key, keyLength, hash, sequence);
      if (found != DataBlock.FOUND || pin.entries().sequence() != sequence) {
        throw damaged(block, "an entry that its block does not find");
      }
      if (!table.mayContain(hash)) {
        throw damaged(block, "a key that the filter denies");
      }
      if (table.index().find(key, keyLength, sequence) != block) {
        throw damaged(block, "an entry where the index does not look");
      }
      if (!isInside(key, keyLength, sequence, cursor.expiresAtMs())) {
        throw damaged(block, "an entry outside the table's bounds");
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

  private RuntimeException damaged(int block, String what) {
    return file.damaged(table.index().offset(block), what);
  }
}
