package io.velocitydb.engine.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Allocates native memory and accounts for it by {@link MemoryTag}. Thread-safe. What is allocated
 * is freed by the one that allocated it; the figures per tag must be zero when an engine is closed,
 * which every test checks.
 */
public final class NativeMemory {
  private static final MethodHandle MALLOC;
  private static final MethodHandle CALLOC;
  private static final MethodHandle FREE;

  static {
    Linker linker = Linker.nativeLinker();
    MALLOC =
        link(linker, "malloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    CALLOC =
        link(
            linker,
            "calloc",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    FREE = link(linker, "free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
  }

  /** Bound when it is needed for the first time: each of these costs an opening milliseconds. */
  private static final class Trim {
    /** Of glibc; what else is there keeps less. */
    static final @Nullable MethodHandle MALLOC_TRIM = linkTrim(Linker.nativeLinker());
  }

  private final LongAdder freed = new LongAdder();
  private final AtomicLongArray bytes = new AtomicLongArray(MemoryTag.values().length);

  @SuppressWarnings("restricted")
  private static MethodHandle link(Linker linker, String name, FunctionDescriptor descriptor) {
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(), descriptor, Linker.Option.critical(false));
  }

  @SuppressWarnings("restricted")
  private static @Nullable MethodHandle linkTrim(Linker linker) {
    return linker
        .defaultLookup()
        .find("malloc_trim")
        .map(
            found ->
                linker.downcallHandle(
                    found, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)))
        .orElse(null);
  }

  /**
   * Gives pages that hold nothing any more back to the system, where {@code malloc} keeps them
   * between others that are in use: after much was freed it may keep as much as it gave out. It
   * looks at all that is free, so call it now and then, and only after {@link #freed} has grown.
   */
  public static void trim() {
    MethodHandle trim = Trim.MALLOC_TRIM;
    if (trim == null) {
      return;
    }
    try {
      int released = (int) trim.invokeExact(0L);
      assert released >= 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Bytes that were ever given back to {@code malloc}. */
  public long freed() {
    return freed.sum();
  }

  /** Reserves {@code size} bytes, not zeroed, and returns their address. */
  public long allocate(long size, MemoryTag tag) {
    if (isLarge(size)) {
      return account(Pages.map(size), size, tag);
    }
    long address;
    try {
      address = (long) MALLOC.invokeExact(size);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return account(address, size, tag);
  }

  /**
   * Reserves {@code size} bytes that read as zero. Of a large piece only the pages that are touched
   * take memory, while all of it is accounted.
   */
  public long allocateZeroed(long size, MemoryTag tag) {
    if (isLarge(size)) {
      return account(Pages.map(size), size, tag);
    }
    long address;
    try {
      address = (long) CALLOC.invokeExact(1L, size);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return account(address, size, tag);
  }

  private static boolean isLarge(long size) {
    return Pages.AVAILABLE && size >= Pages.BYTES;
  }

  private long account(long address, long size, MemoryTag tag) {
    if (address == 0) {
      throw new OutOfMemoryError("cannot allocate " + size + " bytes of native memory for " + tag);
    }
    bytes.addAndGet(tag.ordinal(), size);
    return address;
  }

  /** Gives back what {@link #allocate} returned; size and tag must be the same. */
  public void free(long address, long size, MemoryTag tag) {
    bytes.addAndGet(tag.ordinal(), -size);
    if (isLarge(size)) {
      Pages.free(address, size);
      return;
    }
    freed.add(size);
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Bytes allocated now under a tag. */
  public long allocated(MemoryTag tag) {
    return bytes.get(tag.ordinal());
  }

  /** Bytes allocated now under all tags. */
  public long allocated() {
    long sum = 0;
    for (MemoryTag tag : MemoryTag.values()) {
      sum += allocated(tag);
    }
    return sum;
  }
}
