package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;

/**
 * Keys as numbers that mostly tell their order: if the code of one key is lower than that of
 * another (unsigned), its key is lower too; keys of the same code must be compared. So a search
 * rarely has to look at the keys themselves, which lie somewhere else in memory.
 *
 * <p>A code is the eight bytes behind a prefix that most keys are expected to share. Any prefix
 * gives right answers; a bad one gives many keys the same code. Immutable.
 */
final class KeyCodes {
  /** Longest prefix that is kept. */
  static final int MOST_PREFIX_BYTES = 256;

  private static final long BEFORE_ALL = 0;
  private static final long BEHIND_ALL = -1;

  private final long prefix;
  private final int prefixLength;

  /** Keeps a copy of the prefix in the arena. */
  KeyCodes(Arena arena, byte[] shared) {
    prefixLength = Math.min(shared.length, MOST_PREFIX_BYTES);
    prefix = prefixLength == 0 ? 0 : arena.allocate(prefixLength, 1);
    Memory.copy(shared, 0, prefix, prefixLength);
  }

  long of(long keyAddress, int keyLength) {
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
  private static long firstBytes(long address, int length) {
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
