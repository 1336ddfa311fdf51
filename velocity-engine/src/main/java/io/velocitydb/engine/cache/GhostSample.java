package io.velocitydb.engine.cache;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * Which misses a larger cache would not have had. Remembers fingerprints of blocks that were thrown
 * out, and how many bytes had been thrown out until then: if such a block is missed when {@code d}
 * bytes more were thrown out, a cache larger by about {@code d} would still have had it. Not
 * thread-safe.
 *
 * <p>Of a large cache it watches one block in {@value #SAMPLED}, chosen by the hash of its key
 * (spatial sampling, C. Waldspurger et al., "Efficient MRC construction with SHARDS", FAST 2015).
 */
final class GhostSample {
  /** Sizes that are told apart: larger by one step, by two, by four and so on. */
  static final int SIZES = 5;

  private static final int SAMPLED = 8;

  /** With fewer blocks than this each is watched. */
  private static final long MANY_BLOCKS = 4096;

  private static final int BYTES_PER_BLOCK = 2048;
  private static final long LEAST_SLOTS = 64;
  private static final long MOST_SLOTS = 1 << 20;
  private static final int SLOT_BYTES = 8;
  private static final int STAMP = 4;

  /** Stamps count pieces of so many bytes: they come round again after 256 GiB. */
  private static final int STAMP_BITS = 6;

  private final NativeMemory memory;
  private final long step;
  private final int every;
  private final int mask;
  private final long base;
  private final long[] found = new long[SIZES];
  private long thrownOut;

  /**
   * @param step bytes by which the smallest of the larger caches is larger; 0: it watches nothing
   */
  GhostSample(NativeMemory memory, long step) {
    this.memory = memory;
    this.step = step;
    long blocks = (step << (SIZES - 1)) / BYTES_PER_BLOCK;
    every = blocks >= MANY_BLOCKS ? SAMPLED : 1;
    // Twice the blocks: they push each other out of their slots.
    long slots = step == 0 ? 0 : Math.clamp(2 * blocks / every, LEAST_SLOTS, MOST_SLOTS);
    mask = (int) Long.highestOneBit(slots) - 1;
    base = step == 0 ? 0 : memory.allocateZeroed(bytes(), MemoryTag.BLOCK_CACHE);
  }

  long bytes() {
    return (mask + 1L) * SLOT_BYTES;
  }

  private boolean watches(long hash) {
    return step > 0 && (hash >>> 40) % every == 0;
  }

  private long slot(long hash) {
    return base + ((int) (hash >>> 12) & mask) * (long) SLOT_BYTES;
  }

  private static int fingerprint(long hash) {
    return (int) (hash >>> 24) | 1;
  }

  private int stamp() {
    return (int) (thrownOut >>> STAMP_BITS);
  }

  /** A block was thrown out. */
  void thrownOut(long hash, long bytes) {
    thrownOut += bytes;
    if (watches(hash)) {
      Memory.putInt(slot(hash), fingerprint(hash));
      Memory.putInt(slot(hash) + STAMP, stamp());
    }
  }

  /** A block was not found. */
  void missed(long hash) {
    if (!watches(hash) || Memory.getInt(slot(hash)) != fingerprint(hash)) {
      return;
    }
    Memory.putInt(slot(hash), 0);
    long since = Integer.toUnsignedLong(stamp() - Memory.getInt(slot(hash) + STAMP)) << STAMP_BITS;
    for (int size = SIZES - 1; size >= 0 && since < step << size; size--) {
      found[size] += every;
    }
  }

  /** Adds, for each size, the misses that a cache of that size would not have had. */
  void addTo(long[] sums) {
    for (int i = 0; i < SIZES; i++) {
      sums[i] += found[i];
    }
  }

  void close() {
    if (step > 0) {
      memory.free(base, bytes(), MemoryTag.BLOCK_CACHE);
    }
  }
}
