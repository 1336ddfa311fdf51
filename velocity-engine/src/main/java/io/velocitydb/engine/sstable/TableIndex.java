package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * Which data block holds a key: a {@link FlatBlock} with one entry for each block, whose key is at
 * or after the block's last entry and before the next block's first, and whose payload is {@code
 * u64 sequence, u64 offset, u32 stored length}. Immutable.
 */
final class TableIndex implements AutoCloseable {
  private static final int PAYLOAD_BYTES = 20;
  private static final int OFFSET = 8;
  private static final int LENGTH = 16;

  private final FlatBlock blocks;

  private TableIndex(FlatBlock blocks) {
    this.blocks = blocks;
  }

  /**
   * A copy of a pinned block.
   *
   * @param dataBytes where the last data block must end
   */
  static TableIndex load(
      NativeMemory memory, TableFile file, long offset, BlockPin pin, long dataBytes) {
    FlatBlock block = FlatBlock.load(memory, file, offset, pin, PAYLOAD_BYTES, 1);
    TableIndex index = new TableIndex(block);
    if (!index.isPossible(dataBytes)) {
      block.close();
      throw file.damaged(offset, "the index contradicts itself or the file");
    }
    return index;
  }

  private boolean isPossible(long dataBytes) {
    long end = 0;
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
    return end == dataBytes;
  }

  /** Number of data blocks. */
  int count() {
    return blocks.count();
  }

  long bytes() {
    return blocks.bytes();
  }

  /** The only block that may hold the first entry at or after (key, sequence), or count. */
  int find(long keyAddress, int keyLength, long sequence) {
    int low = 0;
    int high = blocks.count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(middle, keyAddress, keyLength, sequence) < 0) {
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

  long offset(int i) {
    return Memory.getLong(blocks.payloadAddress(i) + OFFSET);
  }

  int storedLength(int i) {
    return Memory.getInt(blocks.payloadAddress(i) + LENGTH);
  }

  @Override
  public void close() {
    blocks.close();
  }
}
