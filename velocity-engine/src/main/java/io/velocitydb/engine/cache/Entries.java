package io.velocitydb.engine.cache;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * The entries of a shard, numbered from 1, in memory off the heap. An entry knows its block and a
 * state word that changes in one step: how many pins it has, how often it was hit, whether it can
 * be found.
 *
 * <p>Who finds an entry by its key adds a pin first and looks then whether it was there to be
 * pinned, so an entry that is free may have pins for a moment; nobody may reset its state.
 */
final class Entries {
  /** Hits that are counted at most. */
  static final int MOST_HITS = 3;

  private static final int PINS = 0x00FF_FFFF;
  private static final int ONE_HIT = 0x0100_0000;
  private static final int HITS = MOST_HITS * ONE_HIT;
  private static final int LIVE = 0x1000_0000;

  private static final int ENTRY_BYTES = 32;
  private static final int KEY = 0;
  private static final int ADDRESS = 8;
  private static final int LENGTH = 16;
  private static final int STATE = 20;
  private static final int NEXT = 24;

  private final NativeMemory memory;
  private final long base;
  private final long bytes;

  Entries(NativeMemory memory, int count) {
    this.memory = memory;
    bytes = (long) count * ENTRY_BYTES;
    base = memory.allocateZeroed(bytes, MemoryTag.BLOCK_CACHE);
  }

  static long bytesFor(int count) {
    return (long) count * ENTRY_BYTES;
  }

  private long at(int entry) {
    return base + (entry - 1L) * ENTRY_BYTES;
  }

  long key(int entry) {
    return Memory.getLongAcquire(at(entry) + KEY);
  }

  long address(int entry) {
    return Memory.getLong(at(entry) + ADDRESS);
  }

  int length(int entry) {
    return Memory.getInt(at(entry) + LENGTH);
  }

  /** The link to another entry, for whoever has it in a list; 0 for none. */
  int next(int entry) {
    return Memory.getInt(at(entry) + NEXT);
  }

  void next(int entry, int value) {
    Memory.putInt(at(entry) + NEXT, value);
  }

  /** Makes a free entry one that can be found. */
  void publish(int entry, long key, long address, int length) {
    long at = at(entry);
    Memory.putLong(at + ADDRESS, address);
    Memory.putInt(at + LENGTH, length);
    Memory.putLongRelease(at + KEY, key);
    Memory.getAndAddInt(at + STATE, LIVE);
  }

  /** Adds a pin if the entry is live and has this key, and counts the hit. */
  boolean pin(int entry, long key) {
    long state = at(entry) + STATE;
    int before = Memory.getAndAddInt(state, 1);
    if ((before & LIVE) == 0 || key(entry) != key) {
      unpin(entry);
      return false;
    }
    if ((before & HITS) != HITS) {
      // Another hit at the same moment may win; one of the two counts.
      Memory.compareAndSetInt(state, before + 1, before + 1 + ONE_HIT);
    }
    return true;
  }

  /** Takes a pin back. */
  void unpin(int entry) {
    Memory.getAndAddInt(at(entry) + STATE, -1);
  }

  int hits(int entry) {
    return (Memory.getIntAcquire(at(entry) + STATE) & HITS) / ONE_HIT;
  }

  /** Takes a hit from the count; there must be one. */
  void takeHit(int entry) {
    Memory.getAndAddInt(at(entry) + STATE, -ONE_HIT);
  }

  /** Makes a live entry free, unless it is pinned. */
  boolean free(int entry) {
    long state = at(entry) + STATE;
    int before = Memory.getIntAcquire(state);
    return (before & (PINS | LIVE)) == LIVE && Memory.compareAndSetInt(state, before, 0);
  }

  void close() {
    memory.free(base, bytes, MemoryTag.BLOCK_CACHE);
  }
}
