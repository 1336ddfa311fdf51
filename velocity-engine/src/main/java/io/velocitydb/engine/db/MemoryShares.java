package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.commit.BatchRoom;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * How an engine divides its memory limit: three eighths for memtables at most, since writing needs
 * room at once; the rest for what reading needs. Indexes and filters of open tables come first
 * there, and blocks get what is left.
 *
 * <p>The share of memtables can be smaller for a while. Then it is first taken from those who lose,
 * and given to those who gain only when it is free: {@code granted <= reserved} always, where
 * memtables may have what is granted, and blocks what is not reserved. Thread-safe; one thread at a
 * time moves.
 */
final class MemoryShares {
  private static final long LEAST_MEMTABLE = 64 * 1024;
  private static final long MOST_MEMTABLE = 64L << 20;
  private static final long LEAST_BATCHES = 8L << 20;

  /** Memtables that one database may have at a time, by number. */
  private static final int MEMTABLES = 6;

  /** What is allocated between two looks: of a merge, a batch, a cursor. */
  private static final int SPARE_SHARE = 16;

  /** By how much the share of memtables may shrink. */
  private static final int MOST_SHRINKING = 6;

  /** Steps from the largest share of memtables to the smallest. */
  private static final int STEPS = 20;

  private final EngineOptions options;
  private final NativeMemory memory;
  private final BatchRoom batches;
  private volatile long reserved;
  private volatile long granted;

  /**
   * @param batches what large batches take of the memory
   */
  MemoryShares(EngineOptions options, NativeMemory memory, BatchRoom batches) {
    this.options = options;
    this.memory = memory;
    this.batches = batches;
    reserved = mostReserved(options);
    granted = reserved;
  }

  /** Bytes at which one memtable is flushed, when memtables have their largest share. */
  static long largestMemtable(EngineOptions options) {
    return options.memtableBytes() > 0
        ? options.memtableBytes()
        : Math.clamp(options.memoryLimit() / 16, LEAST_MEMTABLE, MOST_MEMTABLE);
  }

  /**
   * Bytes that indexes and filters may have: of what memtables leave at least a quarter is for
   * blocks.
   */
  static long tables(EngineOptions options) {
    return Math.max(0, options.memoryLimit() - mostReserved(options)) / 4 * 3;
  }

  /** Bytes that batches on their way to memtables may have. */
  static long batches(EngineOptions options) {
    return Math.max(LEAST_BATCHES, options.memoryLimit() / 4);
  }

  private static long mostReserved(EngineOptions options) {
    return MEMTABLES * largestMemtable(options);
  }

  /** Bytes of memtables that blocks never have. */
  long reserved() {
    return reserved;
  }

  /** The largest {@link #reserved}, and the one to begin with. */
  long mostReserved() {
    return mostReserved(options);
  }

  /** The smallest {@link #reserved}. */
  long leastReserved() {
    long most = mostReserved();
    long least = most / MOST_SHRINKING;
    return options.memtableBytes() > 0
        ? least
        : Math.max(least, Math.min(most, MEMTABLES * LEAST_MEMTABLE));
  }

  /** Bytes by which shares are moved. */
  long step() {
    return (mostReserved() - leastReserved()) / STEPS;
  }

  /** Bytes at which one memtable is flushed. */
  long memtable() {
    return Math.max(1, granted / MEMTABLES);
  }

  /** Bytes that all memtables may have. */
  long memtables() {
    // With a large limit many databases together may have more than is reserved; blocks yield then.
    long most = Math.max(options.memoryLimit() / 8 * 3, mostReserved());
    return most - (mostReserved() - granted);
  }

  /** Bytes that indexes and filters may have. */
  long tables() {
    return tables(options);
  }

  /** Bytes that the block cache may ever have. */
  long mostBlocks() {
    return Math.max(
        0, options.memoryLimit() - (options.adaptiveCache() ? leastReserved() : mostReserved()));
  }

  /**
   * Bytes that the block cache may have now: what all else leaves. What lies in batches, or is
   * about to, will lie in memtables soon, and for a moment in both.
   */
  long blocks() {
    long memtables = memory.allocated(MemoryTag.MEMTABLE);
    long coming = batches.coming();
    long others =
        memory.allocated()
            - memory.allocated(MemoryTag.BLOCK_CACHE)
            - memtables
            + coming
            + Math.max(reserved, memtables + memory.allocated(MemoryTag.WRITE_BATCH) + coming)
            + options.memoryLimit() / SPARE_SHARE;
    return Math.max(0, options.memoryLimit() - others);
  }

  /** Takes bytes from memtables; blocks get them as soon as no memtable has them any more. */
  void shrinkMemtables(long bytes) {
    long fewer = Math.max(leastReserved(), reserved - bytes);
    granted = Math.min(granted, fewer);
    reserved = fewer;
  }

  /** Takes bytes from blocks, for memtables; {@link #grant} gives them. */
  void reserveForMemtables(long bytes) {
    reserved = Math.min(mostReserved(), reserved + bytes);
  }

  /** Whether memtables may have all that is reserved for them. */
  boolean fullyGranted() {
    return granted == reserved;
  }

  /** Gives memtables what is reserved, if it is free; whether they have all of it. */
  boolean grant() {
    long others = memory.allocated() - memory.allocated(MemoryTag.MEMTABLE);
    if (granted < reserved && others <= options.memoryLimit() - reserved) {
      granted = reserved;
    }
    return fullyGranted();
  }
}
