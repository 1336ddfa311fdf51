package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.KeyCodes;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * Which data block holds a key: a {@link FlatBlock} with one entry for each block, whose key is at
 * or after the block's last entry and before the next block's first, and whose payload is {@code
 * u64 sequence, u64 offset, u32 stored length}. Of a partitioned index, all partitions put
 * together; or the top index, which says the same of the partitions. Immutable.
 */
final class TableIndex implements BlockIndex, AutoCloseable {
  static final int PAYLOAD_BYTES = 20;
  static final int OFFSET = 8;
  static final int LENGTH = 16;

  private final NativeMemory memory;
  private final FlatBlock blocks;
  private final KeyCodes keyCodes;

  /** The code of each block's key, so that a search stays in a few lines of memory. */
  private final long codes;

  private TableIndex(NativeMemory memory, FlatBlock blocks) {
    this.memory = memory;
    this.blocks = blocks;
    int last = blocks.count() - 1;
    long firstKey = blocks.keyAddress(0);
    int most = Math.min(blocks.keyLength(0), blocks.keyLength(last));
    int shared =
        last == 0
            ? 0
            : Memory.commonPrefix(
                firstKey, blocks.keyAddress(last), Math.min(most, KeyCodes.MOST_PREFIX_BYTES));
    keyCodes = new KeyCodes(firstKey, shared);
    codes = memory.allocate(codeBytes(), MemoryTag.INDEX);
    for (int i = 0; i < blocks.count(); i++) {
      Memory.putLong(codes + (long) i * Long.BYTES, keyCode(i));
    }
  }

  private long codeBytes() {
    return (long) blocks.count() * Long.BYTES;
  }

  private long keyCode(int i) {
    return keyCodes.of(blocks.keyAddress(i), blocks.keyLength(i));
  }

  /**
   * A copy of a pinned block.
   *
   * @param dataBytes where the last data block must end
   */
  static TableIndex load(
      NativeMemory memory, TableFile file, long offset, BlockPin pin, long dataBytes) {
    FlatBlock block = FlatBlock.load(memory, file, offset, pin, PAYLOAD_BYTES, 1);
    return checked(new TableIndex(memory, block), file, offset, 0, dataBytes);
  }

  /**
   * A copy of a pinned top index.
   *
   * @param payloadBytes what it says of each partition
   */
  static TableIndex loadTop(
      NativeMemory memory, TableFile file, long offset, BlockPin pin, int payloadBytes) {
    FlatBlock block = FlatBlock.load(memory, file, offset, pin, payloadBytes, 1);
    TableIndex top = new TableIndex(memory, block);
    // The partitions lie before the top index, without gaps.
    return checked(top, file, offset, top.offset(0), offset);
  }

  /** An index whose entries were checked before, partition by partition. */
  static TableIndex of(NativeMemory memory, FlatBlock blocks) {
    return new TableIndex(memory, blocks);
  }

  private static TableIndex checked(
      TableIndex index, TableFile file, long offset, long from, long to) {
    if (!index.isPossible(from, to)) {
      index.close();
      throw file.damaged(offset, "the index contradicts itself or the file");
    }
    return index;
  }

  private boolean isPossible(long from, long to) {
    long end = from;
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < blocks.count(); i++) {
      if (offset(i) != end || storedLength(i) <= BlockTrailer.BYTES) {
        return false;
      }
      end += storedLength(i);
      if (sequence(i) < 0
          || sequence(i) > InternalKey.MAX_SEQUENCE
          || (i > 0
              && InternalKey.compare(
                      blocks.keyAddress(i - 1),
                      blocks.keyLength(i - 1),
                      sequence(i - 1),
                      blocks.keyAddress(i),
                      blocks.keyLength(i),
                      sequence(i))
                  >= 0)) {
        return false;
      }
    }
    return end == to;
  }

  @Override
  public int count() {
    return blocks.count();
  }

  long bytes() {
    return blocks.bytes() + codeBytes();
  }

  @Override
  public int find(long keyAddress, int keyLength, long sequence) {
    long code = keyCodes.of(keyAddress, keyLength);
    int low = 0;
    int high = blocks.count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      long codeHere = Memory.getLong(codes + (long) middle * Long.BYTES);
      boolean before =
          codeHere != code
              ? Long.compareUnsigned(codeHere, code) < 0
              : compare(middle, keyAddress, keyLength, sequence) < 0;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Negative, zero or positive as block i's separator lies before, at or after an entry. */
  int compare(int i, long keyAddress, int keyLength, long sequence) {
    int order = Memory.compare(blocks.keyAddress(i), blocks.keyLength(i), keyAddress, keyLength);
    return order != 0 ? order : Long.compare(sequence, sequence(i));
  }

  private long sequence(int i) {
    return Memory.getLong(blocks.payloadAddress(i));
  }

  @Override
  public long offset(int i) {
    return Memory.getLong(blocks.payloadAddress(i) + OFFSET);
  }

  @Override
  public int storedLength(int i) {
    return Memory.getInt(blocks.payloadAddress(i) + LENGTH);
  }

  @Override
  public int firstKnownWith(int i) {
    return 0;
  }

  @Override
  public int lastKnownWith(int i) {
    return blocks.count() - 1;
  }

  /** Native address of what block i's entry says. */
  long payloadAddress(int i) {
    return blocks.payloadAddress(i);
  }

  @Override
  public void letGo() {
    // It stays with the table.
  }

  @Override
  public void close() {
    memory.free(codes, codeBytes(), MemoryTag.INDEX);
    blocks.close();
  }
}
