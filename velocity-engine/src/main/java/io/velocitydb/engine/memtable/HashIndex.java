package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;

/**
 * From key to the key's newest node, for point reads in constant time. One thread writes; any
 * thread reads at any time without locks.
 *
 * <p>256 segments, chosen by the top byte of the key's hash, each an open-addressing table (linear
 * probing) that grows by itself, so that no write ever waits for more than one small table. A slot
 * holds 19 bits of the hash (the tag) and the node's address in units of 8 bytes; a segment's slot
 * is found by the tag's upper bits, so a table grows without reading any node. Outgrown tables stay
 * in the arena: a reader that still looks into one sees every entry that was there when the table
 * was replaced, and later ones are too new for it.
 *
 * <p>Keys chosen to collide cannot make a probe longer than {@link #MAX_PROBES}: what finds no
 * place is not indexed, its segment is marked, and readers fall back to the tree.
 */
final class HashIndex {
  /** The answer of {@link #find} when only the tree knows. */
  static final long UNKNOWN = -1;

  static final int MAX_PROBES = 128;

  private static final int SEGMENTS = 256;
  private static final int TAG_BITS = 19;
  private static final int ADDRESS_SHIFT = 3;
  private static final int TAG_SHIFT = Arena.ADDRESS_BITS - ADDRESS_SHIFT;
  private static final long ADDRESS_MASK = (1L << TAG_SHIFT) - 1;
  private static final int FIRST_SLOTS_LOG2 = 3;

  /** A directory word is the table's address, 64-aligned, with these in its low bits. */
  private static final int SLOTS_LOG2_MASK = 31;

  private static final int OVERFLOW = 32;
  private static final int TABLE_ALIGNMENT = 64;

  private final Arena arena;
  private final long directory;
  private final int[] used = new int[SEGMENTS];

  HashIndex(Arena arena) {
    this.arena = arena;
    directory = arena.allocateZeroed(SEGMENTS * Long.BYTES, TABLE_ALIGNMENT);
  }

  private static int segment(long hash) {
    return (int) (hash >>> 56);
  }

  private static int tag(long hash) {
    return (int) (hash >>> (56 - TAG_BITS)) & ((1 << TAG_BITS) - 1);
  }

  /** The node in the slot where {@link #find} begins, mostly that of the key; 0 for none. */
  long firstCandidate(long hash) {
    long word = Memory.getLongAcquire(directory + (long) segment(hash) * Long.BYTES);
    if (word == 0) {
      return 0;
    }
    int slotsLog2 = (int) word & SLOTS_LOG2_MASK;
    int at = tag(hash) >>> (TAG_BITS - slotsLog2);
    long slot = Memory.getLongAcquire((word & -TABLE_ALIGNMENT) + (long) at * Long.BYTES);
    return (slot & ADDRESS_MASK) << ADDRESS_SHIFT;
  }

  /** The newest node of a key, 0 when there is none, or {@link #UNKNOWN}. */
  long find(long keyAddress, int keyLength, long hash) {
    long word = Memory.getLongAcquire(directory + (long) segment(hash) * Long.BYTES);
    if (word == 0) {
      return 0;
    }
    long table = word & -TABLE_ALIGNMENT;
    int slotsLog2 = (int) word & SLOTS_LOG2_MASK;
    int mask = (1 << slotsLog2) - 1;
    int tag = tag(hash);
    int at = tag >>> (TAG_BITS - slotsLog2);
    for (int probe = 0; probe < MAX_PROBES; probe++) {
      long slot = Memory.getLongAcquire(table + (long) at * Long.BYTES);
      if (slot == 0) {
        return (word & OVERFLOW) != 0 ? UNKNOWN : 0;
      }
      if ((int) (slot >>> TAG_SHIFT) == tag) {
        long node = (slot & ADDRESS_MASK) << ADDRESS_SHIFT;
        if (EntryNode.hasKey(node, keyAddress, keyLength)) {
          return node;
        }
      }
      at = (at + 1) & mask;
    }
    return (word & OVERFLOW) != 0 ? UNKNOWN : 0;
  }

  /**
   * Makes {@code node} the newest of its key, before which came {@link EntryNode#older}; it must be
   * in the tree already. Writer only.
   */
  void put(long node, long hash) {
    long keyAddress = EntryNode.keyAddress(node);
    int keyLength = EntryNode.keyLength(node);
    int segment = segment(hash);
    long cell = directory + (long) segment * Long.BYTES;
    long word = Memory.getLong(cell);
    if (word == 0) {
      word = newTable(FIRST_SLOTS_LOG2);
      Memory.putLongRelease(cell, word);
    }
    int tag = tag(hash);
    long entry = entry(tag, node);
    for (; ; ) {
      long table = word & -TABLE_ALIGNMENT;
      int slotsLog2 = (int) word & SLOTS_LOG2_MASK;
      int slots = 1 << slotsLog2;
      int at = tag >>> (TAG_BITS - slotsLog2);
      boolean full = true;
      for (int probe = 0; probe < Math.min(MAX_PROBES, slots); probe++) {
        long address = table + (long) at * Long.BYTES;
        long slot = Memory.getLong(address);
        if (slot == 0) {
          full = false;
          if (used[segment] + 1 > slots / 4 * 3 && slotsLog2 < TAG_BITS) {
            break;
          }
          if ((word & OVERFLOW) != 0) {
            // Older versions may be there that found no place.
            EntryNode.older(node, UNKNOWN);
          }
          Memory.putLongRelease(address, entry);
          used[segment]++;
          return;
        }
        if ((int) (slot >>> TAG_SHIFT) == tag) {
          long other = (slot & ADDRESS_MASK) << ADDRESS_SHIFT;
          if (EntryNode.hasKey(other, keyAddress, keyLength)) {
            EntryNode.older(node, other);
            Memory.putLongRelease(address, entry);
            return;
          }
        }
        at = (at + 1) & (slots - 1);
      }
      if (full) {
        Memory.putLongRelease(cell, word | OVERFLOW);
        return;
      }
      word = grown(word, segment);
      Memory.putLongRelease(cell, word);
    }
  }

  private static long entry(int tag, long node) {
    return ((long) tag << TAG_SHIFT) | (node >>> ADDRESS_SHIFT);
  }

  private long newTable(int slotsLog2) {
    return arena.allocateZeroed((1 << slotsLog2) * Long.BYTES, TABLE_ALIGNMENT) | slotsLog2;
  }

  private long grown(long word, int segment) {
    int oldSlots = 1 << ((int) word & SLOTS_LOG2_MASK);
    int slotsLog2 = ((int) word & SLOTS_LOG2_MASK) + 1;
    long old = word & -TABLE_ALIGNMENT;
    long grown = newTable(slotsLog2);
    long table = grown & -TABLE_ALIGNMENT;
    int mask = (1 << slotsLog2) - 1;
    long flags = word & OVERFLOW;
    int kept = 0;
    for (int i = 0; i < oldSlots; i++) {
      long slot = Memory.getLong(old + (long) i * Long.BYTES);
      if (slot == 0) {
        continue;
      }
      int at = (int) (slot >>> TAG_SHIFT) >>> (TAG_BITS - slotsLog2);
      int probe = 0;
      while (probe < MAX_PROBES && Memory.getLong(table + (long) at * Long.BYTES) != 0) {
        at = (at + 1) & mask;
        probe++;
      }
      if (probe == MAX_PROBES) {
        flags |= OVERFLOW;
      } else {
        Memory.putLong(table + (long) at * Long.BYTES, slot);
        kept++;
      }
    }
    used[segment] = kept;
    return grown | flags;
  }
}
