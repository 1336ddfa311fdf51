package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;

/**
 * An ordered list of entries in an {@link Arena} (W. Pugh, "Skip lists: a probabilistic alternative
 * to balanced trees", 1990). One thread inserts; any thread reads at any time without locks,
 * because a node is complete before a release store links it, and nothing is ever unlinked.
 *
 * <p>A node is an address. Its links lie below that address, level 0 nearest, so that header and
 * key share a cache line; see the constants for what lies above.
 */
final class SkipList {
  /** {@code sequence << 8 | kind}. */
  private static final int SEQUENCE_AND_KIND = 0;

  /** Expiry of an entry; of a range tombstone's boundary the list of its sequences. */
  private static final int WORD = 8;

  private static final int VALUE_LENGTH = 16;

  /** {@code encoding << 24 | key length}. */
  private static final int ENCODING_AND_KEY_LENGTH = 20;

  private static final int KEY = 24;

  private static final int MAX_HEIGHT = 12;

  private final Arena arena;
  private final long head;
  private final long[] before = new long[MAX_HEIGHT];
  private int height = 1;
  private long random = 0x9E3779B97F4A7C15L;

  SkipList(Arena arena) {
    this.arena = arena;
    head = arena.allocateZeroed(MAX_HEIGHT * Long.BYTES, Long.BYTES) + MAX_HEIGHT * Long.BYTES;
  }

  static long sequence(long node) {
    return Memory.getLong(node + SEQUENCE_AND_KIND) >>> 8;
  }

  static byte kind(long node) {
    return Memory.getByte(node + SEQUENCE_AND_KIND);
  }

  static long expiresAtMs(long node) {
    return Memory.getLong(node + WORD);
  }

  static byte encoding(long node) {
    return (byte) (Memory.getInt(node + ENCODING_AND_KEY_LENGTH) >>> 24);
  }

  static long keyAddress(long node) {
    return node + KEY;
  }

  static int keyLength(long node) {
    return Memory.getInt(node + ENCODING_AND_KEY_LENGTH) & 0xFF_FFFF;
  }

  static long valueAddress(long node) {
    return node + KEY + keyLength(node);
  }

  static int valueLength(long node) {
    return Memory.getInt(node + VALUE_LENGTH);
  }

  /** The word that may change after the node is linked. */
  static long wordAcquire(long node) {
    return Memory.getLongAcquire(node + WORD);
  }

  static void wordRelease(long node, long word) {
    Memory.putLongRelease(node + WORD, word);
  }

  /** The node after this one, or 0. */
  static long next(long node) {
    return next(node, 0);
  }

  private static long next(long node, int level) {
    return Memory.getLongAcquire(node - (level + 1L) * Long.BYTES);
  }

  private static void link(long node, int level, long next) {
    Memory.putLongRelease(node - (level + 1L) * Long.BYTES, next);
  }

  /** The node before the first entry. */
  long head() {
    return head;
  }

  /** The first node at or after (key, sequence), or 0. */
  long atOrAfter(long keyAddress, int keyLength, long sequence) {
    long node = next(lastBefore(keyAddress, keyLength, sequence, false), 0);
    // Since the search looked, nodes that lie before the target may have been inserted there.
    while (node != 0 && compare(node, keyAddress, keyLength, sequence) < 0) {
      node = next(node, 0);
    }
    return node;
  }

  /** The last node at or before (key, sequence), or 0. */
  long atOrBefore(long keyAddress, int keyLength, long sequence) {
    long node = lastBefore(keyAddress, keyLength, sequence, true);
    return node == head ? 0 : node;
  }

  /** The last node before another one, or 0. */
  long before(long node) {
    long found = lastBefore(keyAddress(node), keyLength(node), sequence(node), false);
    return found == head ? 0 : found;
  }

  /** The last node, or 0. */
  long last() {
    long node = head;
    for (int level = MAX_HEIGHT - 1; level >= 0; level--) {
      for (long next = next(node, level); next != 0; next = next(node, level)) {
        node = next;
      }
    }
    return node == head ? 0 : node;
  }

  private long lastBefore(long keyAddress, int keyLength, long sequence, boolean orAt) {
    long node = head;
    long beyond = 0;
    for (int level = MAX_HEIGHT - 1; level >= 0; level--) {
      for (; ; ) {
        long next = next(node, level);
        // What was found to lie beyond on the level above need not be compared again.
        if (next == 0 || next == beyond) {
          break;
        }
        int order = compare(next, keyAddress, keyLength, sequence);
        if (order < 0 || (orAt && order == 0)) {
          node = next;
        } else {
          beyond = next;
          break;
        }
      }
    }
    return node;
  }

  private static int compare(long node, long keyAddress, int keyLength, long sequence) {
    int order = Memory.compare(keyAddress(node), keyLength(node), keyAddress, keyLength);
    return order != 0 ? order : Long.compare(sequence, sequence(node));
  }

  /**
   * Adds an entry; (key, sequence) must be new. Writer only.
   *
   * @return its node
   */
  long insert(
      long sequence,
      byte kind,
      byte encoding,
      long word,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    int nodeHeight = randomHeight();
    long node = newNode(nodeHeight, keyLength, valueLength);
    Memory.putLong(node + SEQUENCE_AND_KIND, (sequence << 8) | (kind & 0xFF));
    Memory.putLong(node + WORD, word);
    Memory.putInt(node + VALUE_LENGTH, valueLength);
    Memory.putInt(node + ENCODING_AND_KEY_LENGTH, (encoding << 24) | keyLength);
    Memory.copy(keyAddress, node + KEY, keyLength);
    Memory.copy(valueAddress, node + KEY + keyLength, valueLength);

    findSplice(keyAddress, keyLength, sequence);
    for (int level = height; level < nodeHeight; level++) {
      before[level] = head;
    }
    height = Math.max(height, nodeHeight);
    for (int level = 0; level < nodeHeight; level++) {
      // The node's own link needs no order: the release store that links the node comes after.
      Memory.putLong(node - (level + 1L) * Long.BYTES, next(before[level], level));
      link(before[level], level, node);
    }
    return node;
  }

  private void findSplice(long keyAddress, int keyLength, long sequence) {
    long at = head;
    long beyond = 0;
    for (int level = height - 1; level >= 0; level--) {
      for (; ; ) {
        long next = next(at, level);
        if (next == 0 || next == beyond) {
          break;
        }
        if (compare(next, keyAddress, keyLength, sequence) < 0) {
          at = next;
        } else {
          beyond = next;
          break;
        }
      }
      before[level] = at;
    }
  }

  private long newNode(int nodeHeight, int keyLength, int valueLength) {
    int links = nodeHeight * Long.BYTES;
    return arena.allocate(links + KEY + keyLength + valueLength, Long.BYTES) + links;
  }

  /** Each level has a quarter of the nodes of the one below it. */
  private int randomHeight() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    long bits = random;
    int result = 1;
    while (result < MAX_HEIGHT && (bits & 3) == 0) {
      result++;
      bits >>>= 2;
    }
    return result;
  }
}
