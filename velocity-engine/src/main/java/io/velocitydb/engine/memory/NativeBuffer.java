package io.velocitydb.engine.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A growing piece of native memory that one owner reuses. Not thread-safe. Allocates on the first
 * use; contents are kept when it grows only by {@link #grow}.
 *
 * <p>{@value #PADDING} bytes beyond the capacity may be read (not written), so that decoders may
 * load whole words and check afterwards.
 */
public final class NativeBuffer implements AutoCloseable {
  /** Readable bytes behind the capacity. */
  public static final int PADDING = 16;

  private final NativeMemory memory;
  private final MemoryTag tag;
  private long address;
  private int capacity;
  private @Nullable ByteBuffer view;

  public NativeBuffer(NativeMemory memory, MemoryTag tag) {
    this.memory = memory;
    this.tag = tag;
  }

  /** Makes room for {@code size} bytes; what was inside may be lost. Returns the address. */
  public long reserve(int size) {
    if (size > capacity || capacity == 0) {
      int wanted = roundUp(size);
      close();
      allocate(wanted);
    }
    return address;
  }

  /** Makes room for {@code size} bytes and keeps the first {@code used}. Returns the address. */
  public long grow(int size, int used) {
    if (size > capacity || capacity == 0) {
      long old = address;
      int oldCapacity = capacity;
      allocate(roundUp(Math.max(size, (int) Math.min(2L * oldCapacity, Integer.MAX_VALUE / 2))));
      if (oldCapacity > 0) {
        Memory.copy(old, address, used);
        memory.free(old, (long) oldCapacity + PADDING, tag);
      }
    }
    return address;
  }

  private static int roundUp(int size) {
    return size > Integer.MAX_VALUE - 4096 ? size : Math.max(256, (size + 255) & ~255);
  }

  private void allocate(int size) {
    address = memory.allocate((long) size + PADDING, tag);
    Memory.putLong(address + size, 0);
    Memory.putLong(address + size + Long.BYTES, 0);
    capacity = size;
    view = null;
  }

  /** Gives the memory back if it is larger than {@code bytes}. */
  public void shrink(int bytes) {
    if (capacity > bytes) {
      close();
    }
  }

  /** Where it lies now; 0 before the first use. */
  public long address() {
    return address;
  }

  /** Bytes that may be used. */
  public int capacity() {
    return capacity;
  }

  /** The memory as a direct buffer, little-endian, for libraries that want one; use by index. */
  public ByteBuffer view() {
    ByteBuffer result = view;
    if (result == null) {
      result =
          Memory.all().asSlice(address, capacity).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      view = result;
    }
    return result;
  }

  /** Gives the memory back; the buffer may be used again. */
  @Override
  public void close() {
    if (capacity > 0) {
      memory.free(address, (long) capacity + PADDING, tag);
      address = 0;
      capacity = 0;
      view = null;
    }
  }
}
