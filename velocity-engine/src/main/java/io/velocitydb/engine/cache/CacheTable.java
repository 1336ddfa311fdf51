package io.velocitydb.engine.cache;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * From a key to its entry: a hash table with linear probing in memory off the heap. One thread at a
 * time changes it; any thread looks without a lock, and may miss an entry that is moved meanwhile,
 * which costs it a read.
 */
final class CacheTable {
  private final NativeMemory memory;
  private final Entries entries;
  private final long base;
  private final int mask;
  private final int mostProbes;

  /**
   * @param slots a power of two, more than twice the entries
   * @param mostProbes slots behind its own that an entry may stand in
   */
  CacheTable(NativeMemory memory, Entries entries, int slots, int mostProbes) {
    this.memory = memory;
    this.entries = entries;
    this.mask = slots - 1;
    this.mostProbes = Math.min(mostProbes, slots / 2);
    base = memory.allocateZeroed(bytes(), MemoryTag.BLOCK_CACHE);
  }

  long bytes() {
    return (mask + 1L) * Integer.BYTES;
  }

  private long slot(int i) {
    return base + (long) (i & mask) * Integer.BYTES;
  }

  private int home(long hash) {
    return (int) hash & mask;
  }

  /** The entry in the slot where {@link #pin} begins, mostly that of the key; 0 for none. */
  int firstCandidate(long hash) {
    return Memory.getIntAcquire(slot(home(hash)));
  }

  /** Pins the entry of a key; 0 if none was found. */
  int pin(long key, long hash) {
    int home = home(hash);
    for (int probe = 0; probe < mostProbes; probe++) {
      int entry = Memory.getIntAcquire(slot(home + probe));
      if (entry == 0) {
        return 0;
      }
      if (entries.key(entry) == key && entries.pin(entry, key)) {
        return entry;
      }
    }
    return 0;
  }

  /** Whether a key has an entry. Only for the thread that changes the table. */
  boolean contains(long key, long hash) {
    int home = home(hash);
    for (int probe = 0; probe < mostProbes; probe++) {
      int entry = Memory.getInt(slot(home + probe));
      if (entry == 0) {
        return false;
      }
      if (entries.key(entry) == key) {
        return true;
      }
    }
    return false;
  }

  /** Adds an entry; false if there is no slot near enough. */
  boolean add(int entry, long hash) {
    int home = home(hash);
    for (int probe = 0; probe < mostProbes; probe++) {
      if (Memory.getInt(slot(home + probe)) == 0) {
        Memory.putIntRelease(slot(home + probe), entry);
        return true;
      }
    }
    return false;
  }

  /** Removes an entry that was added, and moves up those behind it that may stand further ahead. */
  void remove(int entry, long hash) {
    int hole = home(hash);
    while (Memory.getInt(slot(hole)) != entry) {
      hole = (hole + 1) & mask;
    }
    int at = hole;
    while (true) {
      at = (at + 1) & mask;
      int other = Memory.getInt(slot(at));
      if (other == 0) {
        break;
      }
      int otherHome = home(BlockCache.hash(entries.key(other)));
      if (((at - otherHome) & mask) >= ((at - hole) & mask)) {
        Memory.putIntRelease(slot(hole), other);
        hole = at;
      }
    }
    Memory.putIntRelease(slot(hole), 0);
  }

  void close() {
    memory.free(base, bytes(), MemoryTag.BLOCK_CACHE);
  }
}
