package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;

/** Whole numbers as Redis reads them: decimal, no plus sign, no leading zero, no blank. */
final class Numbers {
  private static final int DIGITS_MAX = 20;

  private Numbers() {}

  /** The number in {@code length} bytes from {@code index} on, or {@code otherwise}. */
  static long parse(ByteBuf in, int index, int length, long otherwise) {
    if (length == 0 || length > DIGITS_MAX) {
      return otherwise;
    }
    boolean negative = in.getByte(index) == '-';
    int i = negative ? 1 : 0;
    if (i == length) {
      return otherwise;
    }
    if (in.getByte(index + i) == '0') {
      return length == 1 ? 0 : otherwise;
    }
    long value = 0;
    for (; i < length; i++) {
      int digit = in.getByte(index + i) - '0';
      if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
        return otherwise;
      }
      // Negative, as there is one more of those.
      value = value * 10 - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      return otherwise;
    }
    return negative ? value : -value;
  }

  /** Whether these bytes are a number. */
  static boolean isNumber(ByteBuf in, int index, int length) {
    return parse(in, index, length, 0) == parse(in, index, length, 1);
  }
}
