package io.velocitydb.bench.engine.store;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The key of a number, in native memory: 16 bytes, of which 8 are the number mixed, so that numbers
 * that follow each other lie far apart, as YCSB's hashed insertion order has it. The last byte
 * tells keys that were never written from those that were.
 */
public final class KeyBuffer {
  /** Length of every key. */
  public static final int BYTES = 16;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
  private final long address = MemorySegment.ofBuffer(buffer).address();

  /** Puts the key of a number here, to be read from the buffer's beginning. */
  public void set(long number, boolean missing) {
    buffer.clear();
    buffer.putLong(0, mixed(number));
    buffer.putLong(8, missing ? 1 : 0);
  }

  /** The finalizer of MurmurHash3, which maps no two numbers to one. */
  static long mixed(long number) {
    long h = number;
    h = (h ^ (h >>> 33)) * 0xFF51AFD7ED558CCDL;
    h = (h ^ (h >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 33);
  }

  ByteBuffer buffer() {
    return buffer;
  }

  /** Where it lies. */
  public long address() {
    return address;
  }

  /** A copy on the heap. */
  byte[] bytes() {
    byte[] copy = new byte[BYTES];
    buffer.get(0, copy);
    return copy;
  }
}
