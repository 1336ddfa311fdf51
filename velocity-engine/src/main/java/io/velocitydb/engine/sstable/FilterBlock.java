package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * A table's Bloom filter in memory, its lines at multiples of 64. The block's bytes: a header of 64
 * ({@code u32 lines, u8 probes, 3 zero, u64 hash seed, 48 zero}), then the lines. Immutable.
 */
final class FilterBlock implements AutoCloseable {
  static final int HEADER_BYTES = 64;
  static final int PROBES = 4;
  static final int SEED = 8;

  private final NativeMemory memory;
  private final long allocation;
  private final long allocationBytes;
  private final long lines;
  private final int count;
  private final int probes;

  private FilterBlock(NativeMemory memory, int count, int probes) {
    this.memory = memory;
    this.count = count;
    this.probes = probes;
    allocationBytes = (count + 1L) * BloomFilter.LINE_BYTES;
    allocation = memory.allocate(allocationBytes, MemoryTag.FILTER);
    lines = (allocation + BloomFilter.LINE_BYTES - 1) & -BloomFilter.LINE_BYTES;
  }

  /** A copy of a pinned block. */
  static FilterBlock load(NativeMemory memory, TableFile file, long offset, BlockPin pin) {
    long from = pin.address();
    if (pin.length() < HEADER_BYTES) {
      throw file.damaged(offset, "a filter without header");
    }
    long count = Memory.getInt(from) & 0xFFFF_FFFFL;
    int probes = Memory.getByte(from + PROBES);
    if (count < 1
        || pin.length() != HEADER_BYTES + count * BloomFilter.LINE_BYTES
        || probes < 1
        || probes > BloomFilter.MAX_PROBES
        || Memory.getLong(from + SEED) != 0) {
      throw file.damaged(offset, "an impossible filter");
    }
    FilterBlock filter = new FilterBlock(memory, (int) count, probes);
    Memory.copy(from + HEADER_BYTES, filter.lines, count * BloomFilter.LINE_BYTES);
    return filter;
  }

  /** A filter without a key; lines come by {@link #fill}. */
  static FilterBlock empty(NativeMemory memory, int count, int probes) {
    return new FilterBlock(memory, count, probes);
  }

  /** Copies lines into their place. */
  void fill(int firstLine, long from, int bytes) {
    Memory.copy(from, lines + (long) firstLine * BloomFilter.LINE_BYTES, bytes);
  }

  boolean mayContain(long hash) {
    return BloomFilter.mayContain(lines, count, probes, hash);
  }

  /** Brings near what {@link #mayContain} reads; the answer means nothing, but is to be used. */
  long ask(long hash) {
    return BloomFilter.ask(lines, count, hash);
  }

  long bytes() {
    return allocationBytes;
  }

  @Override
  public void close() {
    memory.free(allocation, allocationBytes, MemoryTag.FILTER);
  }
}
