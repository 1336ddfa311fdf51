package io.velocitydb.engine.blob;

import io.velocitydb.engine.memory.Memory;

/**
 * Where a large value lies: file, place, length, and the stored length of each of its chunks. It
 * stands in an entry where the value would stand. Layout: u64 number of the file, u64 offset of the
 * first chunk, u32 length of the value, u32 for each chunk: its stored length, trailer included.
 */
public final class BlobPointer {
  private static final int FILE = 0;
  private static final int OFFSET = 8;
  private static final int LENGTH = 16;
  private static final int CHUNKS = 20;

  private BlobPointer() {}

  /** Bytes of a pointer to a value of so many chunks. */
  public static int bytes(int chunks) {
    return CHUNKS + chunks * Integer.BYTES;
  }

  static void write(long address, long file, long offset, int length) {
    Memory.putLong(address + FILE, file);
    Memory.putLong(address + OFFSET, offset);
    Memory.putInt(address + LENGTH, length);
  }

  static void chunk(long address, int i, int storedLength) {
    Memory.putInt(address + CHUNKS + (long) i * Integer.BYTES, storedLength);
  }

  /** Number of the file. */
  public static long file(long address) {
    return Memory.getLong(address + FILE);
  }

  /** Where the first chunk begins. */
  public static long offset(long address) {
    return Memory.getLong(address + OFFSET);
  }

  /** Length of the value in bytes. */
  public static int length(long address) {
    return Memory.getInt(address + LENGTH);
  }

  /** Chunks of the value, at least 1. */
  static int chunks(int pointerLength) {
    return (pointerLength - CHUNKS) / Integer.BYTES;
  }

  static int storedLength(long address, int i) {
    return Memory.getInt(address + CHUNKS + (long) i * Integer.BYTES);
  }

  /** Bytes of the file that the value occupies. */
  public static long storedBytes(long address, int pointerLength) {
    long sum = 0;
    for (int i = 0; i < chunks(pointerLength); i++) {
      sum += storedLength(address, i) & 0xFFFF_FFFFL;
    }
    return sum;
  }
}
