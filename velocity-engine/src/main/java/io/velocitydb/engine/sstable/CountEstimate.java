package io.velocitydb.engine.sstable;

import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;

/** How many entries of a table lie in a range, as far as its index tells. */
final class CountEstimate {
  private CountEstimate() {}

  /**
   * Estimates to one block at either end.
   *
   * @param index is let go of
   * @param entries of the whole table
   */
  static long of(BlockIndex index, long entries, KeyRange range, NativeMemory memory) {
    try (NativeBuffer key = new NativeBuffer(memory, MemoryTag.CURSOR)) {
      int first = find(index, range.start(), key);
      byte[] end = range.end();
      int last = end == null ? index.count() : find(index, end, key);
      if (first == index.count()) {
        return 0;
      }
      // Half a block when both ends lie in the same one.
      double blocks = last > first ? last - first : 0.5;
      return Math.round(blocks * entries / index.count());
    } finally {
      index.letGo();
    }
  }

  private static int find(BlockIndex index, byte[] key, NativeBuffer buffer) {
    Memory.copy(key, 0, buffer.reserve(key.length), key.length);
    return index.find(buffer.address(), key.length, InternalKey.MAX_SEQUENCE);
  }
}
