package io.velocitydb.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of keys in unsigned lexicographic order.
 *
 * @param start the first key inside; empty for the beginning
 * @param end the first key outside; {@code null} for no end
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract; ranges are not compared
public record KeyRange(byte[] start, byte @Nullable [] end) {
  private static final KeyRange ALL = new KeyRange(new byte[0], null);

  /** Every key. */
  public static KeyRange all() {
    return ALL;
  }

  /** From {@code start} up to, but without, {@code end}. */
  public static KeyRange of(byte[] start, byte[] end) {
    return new KeyRange(start, end);
  }

  /** From {@code start} on. */
  public static KeyRange from(byte[] start) {
    return new KeyRange(start, null);
  }

  /** Every key that begins with {@code prefix}. */
  public static KeyRange prefix(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xFF) {
      length--;
    }
    if (length == 0) {
      return new KeyRange(prefix, null);
    }
    byte[] end = Arrays.copyOf(prefix, length);
    end[length - 1]++;
    return new KeyRange(prefix, end);
  }

  /** Whether {@code key} lies inside. */
  public boolean contains(byte[] key) {
    return Arrays.compareUnsigned(key, start) >= 0
        && (end == null || Arrays.compareUnsigned(key, end) < 0);
  }
}
