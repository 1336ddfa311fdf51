package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * Brings the data blocks of a table to one cursor, and those that it will come to next with them:
 * in one read of the file, which grows as long as the cursor walks on from block to block, forward
 * or backward, as in RocksDB and Pebble. A cursor that leaves after two blocks has read no more
 * than these.
 *
 * <p>A block is checked when the cursor comes to it, not before; so damage further on, or a part of
 * the file that cannot be read, is nobody's concern until then. Of one thread at a time.
 */
final class BlockReadAhead implements AutoCloseable {
  /** Blocks in a row, the wanted one included, from which on more is read than that one. */
  private static final int LEAST_IN_A_ROW = 3;

  private static final int FIRST_BYTES = 16 * 1024;
  private static final int MOST_BYTES = 256 * 1024;

  private final TableFile file;
  private final BlockIndex index;
  private final NativeMemory memory;
  private final long share;
  private final boolean readsAll;
  private final NativeBuffer buffer;

  /** What of the file is in the buffer. */
  private long start;

  private int length;

  private int last;

  /** 1 forward, -1 backward, 0 unknown. */
  private int direction;

  private int inARow;
  private int nextBytes = FIRST_BYTES;

  /**
   * Holds nothing yet.
   *
   * @param share bytes that all cursors may hold together
   * @param readsAll whether the cursor is expected to walk forward through much of the table
   */
  BlockReadAhead(
      TableFile file, BlockIndex index, NativeMemory memory, long share, boolean readsAll) {
    this.file = file;
    this.index = index;
    this.memory = memory;
    this.share = share;
    this.readsAll = readsAll;
    buffer = new NativeBuffer(memory, MemoryTag.READ_AHEAD);
    forgetWay(Integer.MIN_VALUE);
  }

  /** The cursor comes to block i, wherever that is brought from. */
  void goTo(int i) {
    int step = i - last;
    if (step == direction) {
      inARow++;
    } else if (step == 1 || step == -1) {
      direction = step;
      inARow = 2;
      nextBytes = FIRST_BYTES;
    } else {
      forgetWay(i);
    }
    last = i;
  }

  private void forgetWay(int at) {
    last = at;
    direction = readsAll ? 1 : 0;
    inARow = readsAll ? LEAST_IN_A_ROW : 1;
    nextBytes = readsAll ? MOST_BYTES : FIRST_BYTES;
  }

  /** Reads block i, to which the cursor came, into a pin. */
  void read(int i, BlockPin pin) {
    long offset = index.offset(i);
    int stored = index.storedLength(i);
    if (!holds(offset, stored) && direction != 0 && inARow >= LEAST_IN_A_ROW) {
      fill(i);
    }
    if (holds(offset, stored)) {
      file.take(buffer.address() + (offset - start), offset, stored, BlockKind.DATA, pin);
    } else if (readsAll) {
      file.read(offset, stored, BlockKind.DATA, pin);
    } else {
      file.readForCache(offset, stored, BlockKind.DATA, pin);
    }
  }

  private boolean holds(long offset, int stored) {
    return offset >= start && offset + stored <= start + length;
  }

  /** Reads block i and those behind it on the cursor's way. */
  private void fill(int i) {
    length = 0;
    int bytes = nextBytes;
    if (memory.allocated(MemoryTag.READ_AHEAD) - buffer.capacity() + bytes > share) {
      bytes = Math.min(bytes, buffer.capacity());
    }
    long end = index.offset(i) + index.storedLength(i);
    int furthest = i;
    int bound = direction > 0 ? index.lastKnownWith(i) : index.firstKnownWith(i);
    for (int next = i + direction; next != bound + direction; next += direction) {
      long from = Math.min(index.offset(i), index.offset(next));
      long to = Math.max(end, index.offset(next) + index.storedLength(next));
      if (to - from > bytes) {
        break;
      }
      furthest = next;
    }
    nextBytes = Math.min(MOST_BYTES, 2 * nextBytes);
    if (furthest == i) {
      return;
    }
    start = Math.min(index.offset(i), index.offset(furthest));
    long to = Math.max(end, index.offset(furthest) + index.storedLength(furthest));
    length = file.readSome(start, buffer.reserve(bytes), (int) (to - start));
  }

  @Override
  public void close() {
    length = 0;
    buffer.close();
  }
}
