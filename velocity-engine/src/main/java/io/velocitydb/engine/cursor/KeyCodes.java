package io.velocitydb.engine.cursor;

import io.velocitydb.engine.memory.Memory;

/**
 * Keys as numbers that mostly tell their order: if the code of one key is lower than that of
 * another (unsigned), its key is lower too; keys of the same code must be compared. So a search
 * rarely has to look at the keys themselves, which lie somewhere else in memory.
 *
 * <p>A code is the eight bytes behind a prefix that most keys are expected to share. Any prefix
 * gives right answers; a bad one gives many keys the same code. Immutable.
 */
public final class KeyCodes {
  /** Longest prefix that is worth keeping. */
  public static final int MOST_PREFIX_BYTES = 256;

  private static final long BEFORE_ALL = 0;
  private static final long BEHIND_ALL = -1;

  private final long prefix;
  private final int prefixLength;

  /**
   * Codes of keys that are expected to share a prefix.
   *
   * @param prefixAddress where the prefix lies, as long as the codes are used
   * @param prefixLength its length in bytes; 0 if nothing is expected
   */
  public KeyCodes(long prefixAddress, int prefixLength) {
    this.prefix = prefixAddress;
    this.prefixLength = prefixLength;
  }

  /** The code of a key. */
  public long of(long keyAddress, int keyLength) {
    int common = Math.min(prefixLength, keyLength);
    int same = Memory.commonPrefix(keyAddress, prefix, common);
    if (same < common) {
      boolean lower =
          (Memory.getByte(keyAddress + same) & 0xFF) < (Memory.getByte(prefix + same) & 0xFF);
      return lower ? BEFORE_ALL : BEHIND_ALL;
    }
    if (keyLength < prefixLength) {
      return BEFORE_ALL;
    }
    return firstBytes(keyAddress + same, keyLength - same);
  }

  /** Eight bytes, the first one highest; zeros behind the end. */
  public static long firstBytes(long address, int length) {
    if (length >= Long.BYTES) {
      return Long.reverseBytes(Memory.getLong(address));
    }
    long bytes = 0;
    for (int i = 0; i < length; i++) {
      bytes |= (Memory.getByte(address + i) & 0xFFL) << (56 - 8 * i);
    }
    return bytes;
  }
}
