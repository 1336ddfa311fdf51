package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.KeyCodes;
import io.velocitydb.engine.memory.Memory;

/**
 * How an entry lies in an {@link Arena}: a node is its address. But for {@link #word the word} it
 * never changes after others can find it.
 */
final class EntryNode {
  /** {@code sequence << 8 | kind}. */
  private static final int SEQUENCE_AND_KIND = 0;

  /** Expiry of an entry; of a range tombstone's boundary the list of its sequences. */
  private static final int WORD = 8;

  private static final int VALUE_LENGTH = 16;

  /** {@code encoding << 24 | key length}. */
  private static final int ENCODING_AND_KEY_LENGTH = 20;

  private static final int OLDER = 24;
  private static final int KEY = 32;

  private EntryNode() {}

  /** Puts a copy of an entry into the arena. */
  static long create(
      Arena arena,
      long sequence,
      byte kind,
      byte encoding,
      long word,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    long node = arena.allocate(KEY + keyLength + valueLength, Long.BYTES);
    Memory.putLong(node + SEQUENCE_AND_KIND, (sequence << 8) | (kind & 0xFF));
    Memory.putLong(node + WORD, word);
    Memory.putInt(node + VALUE_LENGTH, valueLength);
    Memory.putInt(node + ENCODING_AND_KEY_LENGTH, (encoding << 24) | keyLength);
    Memory.putLong(node + OLDER, 0);
    Memory.copy(keyAddress, node + KEY, keyLength);
    Memory.copy(valueAddress, node + KEY + keyLength, valueLength);
    return node;
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

  /** Whether a key is that of the node. */
  static boolean hasKey(long node, long keyAddress, int keyLength) {
    return keyLength(node) == keyLength
        && Memory.compare(keyAddress(node), keyLength, keyAddress, keyLength) == 0;
  }

  /** What two keys have in common at their beginning, as far as {@link KeyCodes} can use it. */
  static byte[] commonPrefix(long one, long other) {
    int most = Math.min(KeyCodes.MOST_PREFIX_BYTES, Math.min(keyLength(one), keyLength(other)));
    long key = keyAddress(one);
    return Memory.bytes(key, Memory.commonPrefix(key, keyAddress(other), most));
  }

  /** The word that may change after the node can be found. */
  static long word(long node) {
    return Memory.getLongAcquire(node + WORD);
  }

  static void word(long node, long word) {
    Memory.putLongRelease(node + WORD, word);
  }

  /** The version before this one, as {@link HashIndex} knows it. */
  static long older(long node) {
    return Memory.getLong(node + OLDER);
  }

  /** Set before the index leads to the node. */
  static void older(long node, long older) {
    Memory.putLong(node + OLDER, older);
  }
}
