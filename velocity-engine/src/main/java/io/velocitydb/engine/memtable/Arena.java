package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that is given out piece by piece and given back all at once. Chunks start small, so that
 * an idle database costs little, and grow up to {@link #LARGEST_CHUNK}. One thread allocates.
 *
 * <p>Pieces are native addresses: offsets into the one segment that covers all native memory, so
 * following one costs no table look-up.
 */
final class Arena {
  /** Size of the first chunk in bytes. */
  static final int FIRST_CHUNK = 64 * 1024;

  /** Size that chunks do not exceed, but for a single larger piece. */
  static final int LARGEST_CHUNK = 4 * 1024 * 1024;

  /** Addresses fit in this many bits; {@link HashIndex} stores them beside a tag. */
  static final int ADDRESS_BITS = 48;

  private static final VarHandle USED;

  static {
    try {
      USED = MethodHandles.lookup().findVarHandle(Arena.class, "used", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final NativeMemory memory;
  private final List<long[]> chunks = new ArrayList<>();
  private int nextChunk = FIRST_CHUNK;
  private long position;
  private long end;

  @SuppressWarnings("UnusedVariable") // through USED
  private long used;

  Arena(NativeMemory memory) {
    this.memory = memory;
  }

  /**
   * Room for {@code size} bytes, not zeroed.
   *
   * @param alignment a power of two, at most 64
   */
  long allocate(int size, int alignment) {
    long start = (position + alignment - 1) & -alignment;
    if (start + size > end) {
      start = allocateSlow(size, alignment);
    } else {
      position = start + size;
    }
    USED.setRelease(this, (long) USED.get(this) + size);
    return start;
  }

  private long allocateSlow(int size, int alignment) {
    if (size > nextChunk / 4) {
      // A chunk of its own: the rest of the current one stays in use.
      long chunk = newChunk((long) size + alignment);
      return (chunk + alignment - 1) & -alignment;
    }
    int chunkSize = nextChunk;
    // Half of what is used: so the room that is not used yet never exceeds a third of the whole.
    nextChunk = Math.clamp(((used + chunkSize) / 2) & -FIRST_CHUNK, FIRST_CHUNK, LARGEST_CHUNK);
    long chunk = newChunk(chunkSize);
    end = chunk + chunkSize;
    long start = (chunk + alignment - 1) & -alignment;
    position = start + size;
    return start;
  }

  private long newChunk(long size) {
    long address = memory.allocate(size, MemoryTag.MEMTABLE);
    if ((address + size) >>> ADDRESS_BITS != 0) {
      memory.free(address, size, MemoryTag.MEMTABLE);
      throw new IllegalStateException(
          "native memory above 2^" + ADDRESS_BITS + ", which memtables cannot address");
    }
    chunks.add(new long[] {address, size});
    return address;
  }

  /** Zeroed room. */
  long allocateZeroed(int size, int alignment) {
    long address = allocate(size, alignment);
    Memory.fill(address, size, (byte) 0);
    return address;
  }

  /** Bytes given out. Any thread. */
  long used() {
    return (long) USED.getAcquire(this);
  }

  /** Gives everything back. */
  void free() {
    for (long[] chunk : chunks) {
      memory.free(chunk[0], chunk[1], MemoryTag.MEMTABLE);
    }
    chunks.clear();
    position = 0;
    end = 0;
  }
}
