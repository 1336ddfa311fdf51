package io.velocitydb.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Which of the 4,096 slots of a cluster a key belongs to: the low 12 bits of the CRC-32 of its tag.
 * The tag is what stands between the first <code>{</code> and the next <code>}</code>, the whole
 * key when that is empty or absent; so keys with the same tag live together.
 */
public final class Slots {
  /** How many there are. */
  public static final int COUNT = 4096;

  private Slots() {}

  /** The slot of a key, 0 to {@link #COUNT} - 1. */
  public static int of(byte[] key) {
    return of(ByteBuffer.wrap(key));
  }

  /** The slot of a key, from position to limit, which stay. */
  public static int of(ByteBuffer key) {
    int from = key.position();
    int to = key.limit();
    int open = indexOf(key, '{', from);
    if (open < to) {
      int close = indexOf(key, '}', open + 1);
      if (close < to && close > open + 1) {
        from = open + 1;
        to = close;
      }
    }
    CRC32 crc = new CRC32();
    crc.update(key.duplicate().limit(to).position(from));
    return (int) crc.getValue() & (COUNT - 1);
  }

  private static int indexOf(ByteBuffer key, char wanted, int from) {
    int at = from;
    while (at < key.limit() && key.get(at) != wanted) {
      at++;
    }
    return at;
  }
}
