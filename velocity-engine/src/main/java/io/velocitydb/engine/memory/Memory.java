package io.velocitydb.engine.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads and writes native memory by address, little-endian, without alignment. Nothing is checked
 * here: an address outside an allocation ends the process. Callers check what comes from files or
 * the network first.
 *
 * <p>One global segment in a {@code static final} field covers the address space, so that the
 * compiler folds its bounds and liveness checks away; an arena per allocation would cost a check
 * per access and a handshake per close.
 */
public final class Memory {
  private static final MemorySegment ALL = everything();

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle ORDERED_LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private static final VarHandle ORDERED_INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  private Memory() {}

  @SuppressWarnings("restricted")
  private static MemorySegment everything() {
    return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  }

  /** The segment over all native memory, for bulk operations and VarHandles. */
  public static MemorySegment all() {
    return ALL;
  }

  public static byte getByte(long address) {
    return ALL.get(ValueLayout.JAVA_BYTE, address);
  }

  public static void putByte(long address, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  public static short getShort(long address) {
    return ALL.get(SHORT, address);
  }

  public static void putShort(long address, short value) {
    ALL.set(SHORT, address, value);
  }

  public static int getInt(long address) {
    return ALL.get(INT, address);
  }

  public static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  public static void putLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  /** Reads a long aligned to 8 bytes; what its writer wrote before is seen afterwards. */
  public static long getLongAcquire(long address) {
    return (long) ORDERED_LONG.getAcquire(ALL, address);
  }

  /** Writes a long aligned to 8 bytes, after everything that this thread wrote before. */
  public static void putLongRelease(long address, long value) {
    ORDERED_LONG.setRelease(ALL, address, value);
  }

  /** Reads an int aligned to 4 bytes; what its writer wrote before is seen afterwards. */
  public static int getIntAcquire(long address) {
    return (int) ORDERED_INT.getAcquire(ALL, address);
  }

  /** Writes an int aligned to 4 bytes, after everything that this thread wrote before. */
  public static void putIntRelease(long address, int value) {
    ORDERED_INT.setRelease(ALL, address, value);
  }

  /** Adds to an int aligned to 4 bytes in one step; returns what was there before. */
  public static int getAndAddInt(long address, int delta) {
    return (int) ORDERED_INT.getAndAdd(ALL, address, delta);
  }

  /** Replaces an int aligned to 4 bytes if it is {@code expected}; whether it was. */
  public static boolean compareAndSetInt(long address, int expected, int value) {
    return ORDERED_INT.compareAndSet(ALL, address, expected, value);
  }

  public static void copy(long from, long to, long length) {
    MemorySegment.copy(ALL, from, ALL, to, length);
  }

  public static void copy(byte[] from, int offset, long to, int length) {
    MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, to, length);
  }

  public static void copy(long from, byte[] to, int offset, int length) {
    MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, to, offset, length);
  }

  /** A heap copy of {@code length} bytes. */
  public static byte[] bytes(long address, int length) {
    byte[] copy = new byte[length];
    copy(address, copy, 0, length);
    return copy;
  }

  public static void fill(long address, long length, byte value) {
    ALL.asSlice(address, length).fill(value);
  }

  /** How many of the first {@code length} bytes at two addresses agree before they differ. */
  public static int commonPrefix(long a, long b, int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      long difference = getLong(a + i) ^ getLong(b + i);
      if (difference != 0) {
        return i + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
    }
    while (i < length && getByte(a + i) == getByte(b + i)) {
      i++;
    }
    return i;
  }

  /** Compares in unsigned lexicographic order; negative, zero or positive. */
  public static int compare(long a, int aLength, long b, int bLength) {
    int common = Math.min(aLength, bLength);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long x = getLong(a + i);
      long y = getLong(b + i);
      if (x != y) {
        return Long.compareUnsigned(Long.reverseBytes(x), Long.reverseBytes(y));
      }
    }
    for (; i < common; i++) {
      int x = getByte(a + i) & 0xFF;
      int y = getByte(b + i) & 0xFF;
      if (x != y) {
        return x - y;
      }
    }
    return aLength - bLength;
  }

  /** Compares native bytes with a heap array in unsigned lexicographic order. */
  public static int compare(long a, int aLength, byte[] b) {
    int common = Math.min(aLength, b.length);
    for (int i = 0; i < common; i++) {
      int x = getByte(a + i) & 0xFF;
      int y = b[i] & 0xFF;
      if (x != y) {
        return x - y;
      }
    }
    return aLength - b.length;
  }

  /** Whether native bytes equal a heap array. */
  public static boolean equal(long address, int length, byte[] other) {
    return length == other.length && compare(address, length, other) == 0;
  }
}
