package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;

/**
 * What a table says of itself: {@link TableInfo}, and sizes. Its block is a list of {@code u16 id,
 * u32 length, bytes} in ascending order of id; numbers are u64. Ids that a release does not know
 * are skipped.
 *
 * @param info as the manifest has it
 * @param dataBytes bytes of data blocks as stored
 * @param dataBlocks number of data blocks
 * @param keyBytes bytes of all user keys
 * @param valueBytes bytes of all values
 * @param indexBytes of a partitioned index, if it were one block; 0 if it is, or there is none
 */
record TableProperties(
    TableInfo info,
    long dataBytes,
    long dataBlocks,
    long keyBytes,
    long valueBytes,
    long indexBytes) {
  private static final int ENTRIES = 1;
  private static final int DELETES = 2;
  private static final int RANGE_TOMBSTONES = 3;
  private static final int MIN_SEQUENCE = 4;
  private static final int MAX_SEQUENCE = 5;
  private static final int EXPIRING = 6;
  private static final int MIN_EXPIRY_MS = 7;
  private static final int MAX_EXPIRY_MS = 8;
  private static final int LARGEST_EXCLUSIVE = 9;
  private static final int DATA_BYTES = 10;
  private static final int DATA_BLOCKS = 11;
  private static final int KEY_BYTES = 12;
  private static final int VALUE_BYTES = 13;
  private static final int NUMBERS = 13;
  private static final int SMALLEST = 14;
  private static final int LARGEST = 15;
  private static final int INDEX_BYTES = 16;

  /** Those that every table has. */
  private static final int ALWAYS = 15;

  private static final int ITEM_HEADER = 6;
  private static final int MAX_KEY_BYTES = 64 * 1024;

  /** Bytes of the block. */
  int bytes() {
    return NUMBERS * (ITEM_HEADER + Long.BYTES)
        + 2 * ITEM_HEADER
        + info.smallest().length
        + info.largest().length
        + (indexBytes > 0 ? ITEM_HEADER + Long.BYTES : 0);
  }

  void write(long address) {
    long at = address;
    at = number(at, ENTRIES, info.entries());
    at = number(at, DELETES, info.deletes());
    at = number(at, RANGE_TOMBSTONES, info.rangeTombstones());
    at = number(at, MIN_SEQUENCE, info.minSequence());
    at = number(at, MAX_SEQUENCE, info.maxSequence());
    at = number(at, EXPIRING, info.expiring());
    at = number(at, MIN_EXPIRY_MS, info.minExpiryMs());
    at = number(at, MAX_EXPIRY_MS, info.maxExpiryMs());
    at = number(at, LARGEST_EXCLUSIVE, info.largestExclusive() ? 1 : 0);
    at = number(at, DATA_BYTES, dataBytes);
    at = number(at, DATA_BLOCKS, dataBlocks);
    at = number(at, KEY_BYTES, keyBytes);
    at = number(at, VALUE_BYTES, valueBytes);
    at = key(at, SMALLEST, info.smallest());
    at = key(at, LARGEST, info.largest());
    if (indexBytes > 0) {
      number(at, INDEX_BYTES, indexBytes);
    }
  }

  private static long number(long at, int id, long value) {
    Memory.putLong(header(at, id, Long.BYTES), value);
    return at + ITEM_HEADER + Long.BYTES;
  }

  private static long key(long at, int id, byte[] value) {
    Memory.copy(value, 0, header(at, id, value.length), value.length);
    return at + ITEM_HEADER + value.length;
  }

  private static long header(long at, int id, int length) {
    Memory.putShort(at, (short) id);
    Memory.putInt(at + 2, length);
    return at + ITEM_HEADER;
  }

  /** Reads and checks a pinned block. */
  static TableProperties read(TableFile file, long offset, long fileNumber, BlockPin pin) {
    long[] numbers = new long[INDEX_BYTES + 1];
    byte[] smallest = new byte[0];
    byte[] largest = new byte[0];
    int last = 0;
    int known = 0;
    long at = pin.address();
    long end = at + pin.length();
    while (at < end) {
      if (end - at < ITEM_HEADER) {
        throw file.damaged(offset, "properties end too early");
      }
      int id = Memory.getShort(at) & 0xFFFF;
      long length = Memory.getInt(at + 2) & 0xFFFF_FFFFL;
      at += ITEM_HEADER;
      if (id <= last || length > end - at) {
        throw file.damaged(offset, "an impossible property");
      }
      if (id <= INDEX_BYTES) {
        known += id <= ALWAYS ? 1 : 0;
        boolean number = id != SMALLEST && id != LARGEST;
        if (number ? length != Long.BYTES : length > MAX_KEY_BYTES) {
          throw file.damaged(offset, "a property of impossible length");
        }
        if (number) {
          numbers[id] = Memory.getLong(at);
        } else if (id == SMALLEST) {
          smallest = Memory.bytes(at, (int) length);
        } else {
          largest = Memory.bytes(at, (int) length);
        }
      }
      last = id;
      at += length;
    }
    for (long number : numbers) {
      if (number < 0) {
        throw file.damaged(offset, "a negative property");
      }
    }
    if (known != ALWAYS || numbers[LARGEST_EXCLUSIVE] > 1) {
      throw file.damaged(offset, "a missing or impossible property");
    }
    TableInfo info =
        new TableInfo(
            fileNumber,
            file.size(),
            smallest,
            largest,
            numbers[LARGEST_EXCLUSIVE] == 1,
            numbers[MIN_SEQUENCE],
            numbers[MAX_SEQUENCE],
            numbers[ENTRIES],
            numbers[DELETES],
            numbers[RANGE_TOMBSTONES],
            numbers[EXPIRING],
            numbers[MIN_EXPIRY_MS],
            numbers[MAX_EXPIRY_MS]);
    return new TableProperties(
        info,
        numbers[DATA_BYTES],
        numbers[DATA_BLOCKS],
        numbers[KEY_BYTES],
        numbers[VALUE_BYTES],
        numbers[INDEX_BYTES]);
  }
}
