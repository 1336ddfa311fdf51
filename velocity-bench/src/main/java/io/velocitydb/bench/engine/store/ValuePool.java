package io.velocitydb.bench.engine.store;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Values in native memory that compress to about a half, as db_bench makes them: random bytes, each
 * piece twice. Not thread-safe.
 */
final class ValuePool {
  private static final int POOL_BYTES = 1 << 20;

  private final ByteBuffer buffer;
  private final long address;
  private final int valueBytes;
  private final int values;
  private int next;

  ValuePool(int valueBytes, long seed) {
    this.valueBytes = valueBytes;
    values = Math.max(1, POOL_BYTES / valueBytes);
    buffer = ByteBuffer.allocateDirect(values * valueBytes);
    address = MemorySegment.ofBuffer(buffer).address();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] half = new byte[(valueBytes + 1) / 2];
    for (int i = 0; i < values; i++) {
      random.nextBytes(half);
      buffer.put(half).put(half, 0, valueBytes - half.length);
    }
    buffer.clear();
  }

  /** Goes to the next value; where it begins in the buffer. */
  int advance() {
    next = next + 1 == values ? 0 : next + 1;
    return next * valueBytes;
  }

  /** The value at an offset, to be read from position to limit. */
  ByteBuffer at(int offset) {
    return buffer.limit(offset + valueBytes).position(offset);
  }

  long address(int offset) {
    return address + offset;
  }
}
