package io.velocitydb.engine.block;

import io.velocitydb.engine.memory.Memory;

/**
 * Lengths in one to five bytes: seven bits each, lowest first, the top bit set on all but the last.
 */
final class Varint {
  /** Most bytes of one. */
  static final int MAX_BYTES = 5;

  /** What {@link #read} answers when the bytes are none. */
  static final long MALFORMED = -1;

  private Varint() {}

  /** Writes a number, not negative, and returns the address after it. */
  static long write(long address, int value) {
    long at = address;
    int rest = value;
    while (rest >= 0x80) {
      Memory.putByte(at++, (byte) (rest | 0x80));
      rest >>>= 7;
    }
    Memory.putByte(at++, (byte) rest);
    return at;
  }

  /** Reads a number below 2^31: the number times 8, plus its length in bytes. */
  static long read(long address, long limit) {
    long value = 0;
    for (int i = 0; i < MAX_BYTES && address + i < limit; i++) {
      byte b = Memory.getByte(address + i);
      value |= (long) (b & 0x7F) << (7 * i);
      if (b >= 0) {
        return value <= Integer.MAX_VALUE ? value << 3 | (i + 1) : MALFORMED;
      }
    }
    return MALFORMED;
  }
}
