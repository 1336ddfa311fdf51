package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of entries in an {@link Arena} (W. Pugh, "Skip lists: a probabilistic alternative
 * to balanced trees", 1990). One thread inserts; any thread reads at any time without locks,
 * because a node is complete before a release store links it, and nothing is ever unlinked.
 *
 * <p>A node is an address. Its links lie below that address, level 0 nearest, so that header and
 * key share a cache line; see the constants for what lies above.
 *
 * <p>Each link has the {@link KeyCodes code} of the node that it leads to beside it. Most of a
 * search's time goes into waiting for nodes that lie beyond what is sought: those are recognised
 * without a look at them.
 */
final class SkipList {
  /** {@code sequence << 8 | kind}. */
  private static final int SEQUENCE_AND_KIND = 0;

  /** Expiry of an entry; of a range tombstone's boundary the list of its sequences. */
  private static final int WORD = 8;

  private static final int VALUE_LENGTH = 16;

  /** {@code encoding << 24 | key length}. */
  private static final int ENCODING_AND_KEY_LENGTH = 20;

  private static final int CODE = 24;

  private static final int KEY = 32;

  private static final int LINK_BYTES = 16;
  private static final int LINK_CODE = 8;

  private static final int MAX_HEIGHT = 12;

  /** Nodes from which a shared prefix is derived. */
  private static final int LEAST_SAMPLE = 16;

  private final Arena arena;
  private final KeyCodes codes;
  private final long head;
  private final long[] before = new long[MAX_HEIGHT];
  private int height = 1;
  private long random = 0x9E3779B97F4A7C15L;

  SkipList(Arena arena, KeyCodes codes) {
    this.arena = arena;
    this.codes = codes;
    head = arena.allocateZeroed(MAX_HEIGHT * LINK_BYTES, Long.BYTES) + MAX_HEIGHT * LINK_BYTES;
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
    return Memory.getLongAcquire(linkAddress(node, level));
  }

  private static long linkAddress(long node, int level) {
    return node - (level + 1L) * LINK_BYTES;
  }

  private static long code(long node) {
    return Memory.getLong(node + CODE);
  }

  /** The node before the first entry. */
  long head() {
    return head;
  }

  /** The first node at or after (key, sequence), or 0. */
  long atOrAfter(long keyAddress, int keyLength, long sequence) {
    long code = codes.of(keyAddress, keyLength);
    long node = next(lastBefore(code, keyAddress, keyLength, sequence, false, null), 0);
    // Since the search looked, nodes that lie before the target may have been inserted there.
    while (node != 0 && compare(node, code, keyAddress, keyLength, sequence) < 0) {
      node = next(node, 0);
    }
    return node;
  }

  /** The last node at or before (key, sequence), or 0. */
  long atOrBefore(long keyAddress, int keyLength, long sequence) {
    long code = codes.of(keyAddress, keyLength);
    long node = lastBefore(code, keyAddress, keyLength, sequence, true, null);
    return node == head ? 0 : node;
  }

  /** The last node before another one, or 0. */
  long before(long node) {
    long found =
        lastBefore(code(node), keyAddress(node), keyLength(node), sequence(node), false, null);
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

  /**
   * @param path takes the last node of each level; null if they are not wanted
   */
  private long lastBefore(
      long code,
      long keyAddress,
      int keyLength,
      long sequence,
      boolean orAt,
      long @Nullable [] path) {
    long node = head;
    long beyond = 0;
    for (int level = MAX_HEIGHT - 1; level >= 0; level--) {
      for (; ; ) {
        long next = nextUnlessBeyond(node, level, code);
        // What was found to lie beyond on the level above need not be compared again.
        if (next == 0 || next == beyond) {
          break;
        }
        int order = compare(next, code, keyAddress, keyLength, sequence);
        if (order < 0 || (orAt && order == 0)) {
          node = next;
        } else {
          beyond = next;
          break;
        }
      }
      if (path != null) {
        path[level] = node;
      }
    }
    return node;
  }

  /**
   * The next node of a level; 0 if there is none, or if its code tells that its key is higher.
   *
   * <p>The writer sets the code before the link. So a reader of both may meet the code of a node
   * that is being linked in front of the next one: that is lower than the next one's, or the same,
   * and what it puts beyond is beyond.
   */
  private static long nextUnlessBeyond(long node, int level, long code) {
    long link = linkAddress(node, level);
    long next = Memory.getLongAcquire(link);
    return next == 0 || Long.compareUnsigned(code, Memory.getLongAcquire(link + LINK_CODE)) < 0
        ? 0
        : next;
  }

  private static int compare(long node, long code, long keyAddress, int keyLength, long sequence) {
    long nodeCode = code(node);
    if (nodeCode != code) {
      return Long.compareUnsigned(nodeCode, code);
    }
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
    long code = codes.of(keyAddress, keyLength);
    Memory.putLong(node + CODE, code);
    Memory.copy(valueAddress, node + KEY + keyLength, valueLength);

    lastBefore(code, keyAddress, keyLength, sequence, false, before);
    height = Math.max(height, nodeHeight);
    for (int level = 0; level < nodeHeight; level++) {
      long from = linkAddress(before[level], level);
      long to = linkAddress(node, level);
      // The node's own link needs no order: the release store that links the node comes after.
      Memory.putLong(to, Memory.getLong(from));
      Memory.putLong(to + LINK_CODE, Memory.getLong(from + LINK_CODE));
      Memory.putLongRelease(from + LINK_CODE, code);
      Memory.putLongRelease(from, node);
    }
    return node;
  }

  /**
   * What the keys in the middle have in common at their beginning: of a sample, those that are
   * neither among the lowest nor among the highest quarter. Empty if there are few.
   */
  byte[] sharedPrefix() {
    int level = height - 1;
    int count = 0;
    while (level >= 0 && (count = count(level)) < LEAST_SAMPLE) {
      level--;
    }
    if (count < LEAST_SAMPLE) {
      return new byte[0];
    }
    long low = at(level, count / 4);
    long high = at(level, count - 1 - count / 4);
    int most = Math.min(KeyCodes.MOST_PREFIX_BYTES, Math.min(keyLength(low), keyLength(high)));
    return Memory.bytes(
        keyAddress(low), Memory.commonPrefix(keyAddress(low), keyAddress(high), most));
  }

  private int count(int level) {
    int count = 0;
    for (long node = next(head, level); node != 0; node = next(node, level)) {
      count++;
    }
    return count;
  }

  private long at(int level, int index) {
    long node = next(head, level);
    for (int i = 0; i < index; i++) {
      node = next(node, level);
    }
    return node;
  }

  private long newNode(int nodeHeight, int keyLength, int valueLength) {
    int links = nodeHeight * LINK_BYTES;
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
