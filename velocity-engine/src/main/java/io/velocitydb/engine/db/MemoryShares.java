package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * How an engine divides its memory limit: three eighths for memtables at most, since writing needs
 * room at once; the rest for what reading needs. Indexes and filters of open tables come first
 * there, and blocks get what is left.
 */
final class MemoryShares {
  private static final long LEAST_MEMTABLE = 64 * 1024;
  private static final long MOST_MEMTABLE = 64L << 20;

  /** Memtables that one database may have at a time, by number. */
  private static final int MEMTABLES = 6;

  /** What is allocated between two looks: of a merge, a batch, a cursor. */
  private static final int SPARE_SHARE = 16;

  private MemoryShares() {}

  /** Bytes at which one memtable is flushed. */
  static long memtable(EngineOptions options) {
    return options.memtableBytes() > 0
        ? options.memtableBytes()
        : Math.clamp(options.memoryLimit() / 16, LEAST_MEMTABLE, MOST_MEMTABLE);
  }

  /** Bytes that all memtables may have. */
  static long memtables(EngineOptions options) {
    return Math.max(options.memoryLimit() / 8 * 3, MEMTABLES * memtable(options));
  }

  /**
   * Bytes that indexes and filters may have: of what memtables leave at least a quarter is for
   * blocks.
   */
  static long tables(EngineOptions options) {
    return mostBlocks(options) / 4 * 3;
  }

  /** Bytes that the block cache may ever have. */
  static long mostBlocks(EngineOptions options) {
    return Math.max(0, options.memoryLimit() - MEMTABLES * memtable(options));
  }

  /** Bytes that the block cache may have now: what all else leaves. */
  static long blocks(EngineOptions options, NativeMemory memory) {
    long memtables = memory.allocated(MemoryTag.MEMTABLE);
    long others =
        memory.allocated()
            - memory.allocated(MemoryTag.BLOCK_CACHE)
            - memtables
            + Math.max(MEMTABLES * memtable(options), memtables)
            + options.memoryLimit() / SPARE_SHARE;
    return Math.max(0, options.memoryLimit() - others);
  }
}
