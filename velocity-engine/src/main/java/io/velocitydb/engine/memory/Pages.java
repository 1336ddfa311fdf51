package io.velocitydb.engine.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Pieces of memory straight from the kernel. What is given back leaves the process at once, whereas
 * {@code malloc} may keep it. For large ones it is asked to back them by huge pages: a search
 * through a structure of many megabytes otherwise waits for the address of a page nearly as often
 * as for what is in it. On Linux; elsewhere there are none.
 */
@SuppressWarnings("restricted") // binding functions of the C library is what this class is for
final class Pages {
  /**
   * The smallest piece. {@code malloc} would take such pieces from the kernel, too, but no more
   * once one was freed: then it keeps them between smaller ones that are still in use.
   */
  static final long BYTES = 64 * 1024;

  /** Size of a huge page, and of the smallest piece that may have one. */
  private static final long HUGE_BYTES = 2L << 20;

  static final boolean AVAILABLE =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;
  private static final long FAILED = -1;

  private static final MethodHandle MMAP;
  private static final MethodHandle MUNMAP;
  private static final MethodHandle MADVISE;

  static {
    ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    MMAP = bind("mmap", FunctionDescriptor.of(word, word, word, number, number, number, word));
    MUNMAP = bind("munmap", FunctionDescriptor.of(number, word, word));
    MADVISE = bind("madvise", FunctionDescriptor.of(number, word, word, number));
  }

  private Pages() {}

  private static MethodHandle bind(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
  }

  /** Maps {@code size} zeroed bytes; 0 if there is no memory. */
  static long map(long size) {
    return size < HUGE_BYTES ? mapSmall(size) : mapHuge(size);
  }

  private static long mapSmall(long size) {
    try {
      long start =
          (long) MMAP.invokeExact(0L, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      return start == FAILED ? 0 : start;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static long mapHuge(long size) {
    try {
      long whole = size + HUGE_BYTES;
      long start =
          (long) MMAP.invokeExact(0L, whole, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (start == FAILED) {
        return 0;
      }
      long address = (start + HUGE_BYTES - 1) & -HUGE_BYTES;
      long end = pageEnd(address + size);
      unmap(start, address);
      unmap(end, pageEnd(start + whole));
      // Only advice: a kernel without huge pages does without.
      int ignored = (int) MADVISE.invokeExact(address, end - address, MADV_HUGEPAGE);
      assert ignored <= 0;
      return address;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static long pageEnd(long address) {
    return (address + 4095) & -4096;
  }

  private static void unmap(long from, long to) throws Throwable {
    if (from < to && (int) MUNMAP.invokeExact(from, to - from) != 0) {
      throw new IllegalStateException("cannot unmap " + (to - from) + " bytes at " + from);
    }
  }

  /** Gives back {@code size} bytes that {@link #map} returned. */
  static void free(long address, long size) {
    try {
      unmap(address, pageEnd(address + size));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
