package io.velocitydb.engine.commit;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.memory.Memory;

/** Signed 64-bit integers as ASCII decimals, as INCR reads and writes them. */
final class Decimal {
  /** Most bytes of one: a sign and 19 digits. */
  static final int MAX_LENGTH = 20;

  private Decimal() {}

  /**
   * The value of {@code -?(0|[1-9][0-9]*)}.
   *
   * @throws EngineException if the bytes are anything else, or out of range
   */
  static long parse(long address, int length) {
    if (length < 1 || length > MAX_LENGTH) {
      throw notAnInteger();
    }
    boolean negative = Memory.getByte(address) == '-';
    int first = negative ? 1 : 0;
    boolean leadingZero = length > first + 1 && Memory.getByte(address + first) == '0';
    boolean negativeZero = negative && length == 2 && Memory.getByte(address + 1) == '0';
    if (length == first || leadingZero || negativeZero) {
      throw notAnInteger();
    }
    // Summed below zero, where there is one number more.
    long sum = 0;
    for (int i = first; i < length; i++) {
      int digit = Memory.getByte(address + i) - '0';
      if (digit < 0
          || digit > 9
          || sum < Long.MIN_VALUE / 10
          || sum * 10 < Long.MIN_VALUE + digit) {
        throw notAnInteger();
      }
      sum = sum * 10 - digit;
    }
    if (!negative && sum == Long.MIN_VALUE) {
      throw notAnInteger();
    }
    return negative ? sum : -sum;
  }

  private static EngineException notAnInteger() {
    return new EngineException(
        Kind.NOT_AN_INTEGER, "the value is not a decimal integer of 64 bits");
  }

  /** Writes {@code value} and returns its length. */
  static int write(long value, long address) {
    int digits = 1;
    for (long rest = value / 10; rest != 0; rest /= 10) {
      digits++;
    }
    int length = digits + (value < 0 ? 1 : 0);
    if (value < 0) {
      Memory.putByte(address, (byte) '-');
    }
    long rest = value;
    for (int i = length - 1; digits > 0; i--, digits--) {
      Memory.putByte(address + i, (byte) ('0' + Math.abs(rest % 10)));
      rest /= 10;
    }
    return length;
  }
}
