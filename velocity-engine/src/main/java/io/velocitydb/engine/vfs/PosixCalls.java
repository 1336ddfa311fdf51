package io.velocitydb.engine.vfs;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The system calls of Linux that files need, by the foreign function interface. Each returns what
 * the call returned, or {@code -errno}. Calls that a signal interrupted are repeated. Thread-safe.
 *
 * <p>Unlike a {@code FileChannel}, a descriptor is not closed when the calling thread is
 * interrupted.
 */
@SuppressWarnings("restricted") // binding functions of the C library is what this class is for
final class PosixCalls {
  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0100;
  static final int O_EXCL = 0200;
  static final int O_CLOEXEC = 02_000_000;
  static final int O_DIRECT =
      System.getProperty("os.arch", "").equals("aarch64") ? 0200_000 : 040_000;

  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int EDQUOT = 122;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED = 1;
  private static final long SYS_IO_URING_SETUP = 425;
  private static final long SYS_IO_URING_ENTER = 426;
  private static final long IORING_ENTER_GETEVENTS = 1;
  private static final int SEEK_END = 2;
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  private static final int RLIMIT_NOFILE = 7;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final Charset PATH_CHARSET =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private static final MethodHandle OPEN =
      bind(
          "open",
          FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT, INT),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle PREAD =
      bind("pread", FunctionDescriptor.of(LONG, INT, LONG, LONG, LONG));
  private static final MethodHandle PWRITE =
      bind("pwrite", FunctionDescriptor.of(LONG, INT, LONG, LONG, LONG));
  private static final MethodHandle FDATASYNC = bind("fdatasync", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle FSYNC = bind("fsync", FunctionDescriptor.of(INT, INT));
  private static final MethodHandle FTRUNCATE =
      bind("ftruncate", FunctionDescriptor.of(INT, INT, LONG));
  private static final MethodHandle LSEEK =
      bind("lseek", FunctionDescriptor.of(LONG, INT, LONG, INT));
  private static final MethodHandle FLOCK = bind("flock", FunctionDescriptor.of(INT, INT, INT));
  private static final MethodHandle MMAP =
      bind("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
  private static final MethodHandle MUNMAP = bind("munmap", FunctionDescriptor.of(INT, LONG, LONG));
  private static final MethodHandle GETRLIMIT =
      bind("getrlimit", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS));
  private static final MethodHandle SYSCALL =
      bind(
          "syscall",
          FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG),
          Linker.Option.firstVariadicArg(1));

  /** Bound when it is needed for the first time: each of these costs an opening milliseconds. */
  private static final class ErrorTexts {
    static final MethodHandle STRERROR =
        LINKER.downcallHandle(
            LINKER.defaultLookup().find("strerror").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.ADDRESS, INT));
  }

  /**
   * Where calls leave errno: a call borrows a slot, so that reads allocate nothing and virtual
   * threads, for which thread-locals are no place for memory, share what there is.
   */
  private static final int SLOTS = 256;

  private static final AtomicIntegerArray SLOT_TAKEN = new AtomicIntegerArray(SLOTS);
  private static final MemorySegment[] SLOT = new MemorySegment[SLOTS];

  static {
    for (int i = 0; i < SLOTS; i++) {
      SLOT[i] = Arena.global().allocate(CAPTURE);
    }
  }

  private PosixCalls() {}

  private static MethodHandle bind(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker.Option[] options = new Linker.Option[more.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(more, 0, options, 1, more.length);
    return LINKER.downcallHandle(
        LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
  }

  private static int borrow() {
    int slot = (int) (Thread.currentThread().threadId() & (SLOTS - 1));
    while (!SLOT_TAKEN.compareAndSet(slot, 0, 1)) {
      slot = (slot + 1) & (SLOTS - 1);
      Thread.onSpinWait();
    }
    return slot;
  }

  private static void giveBack(int slot) {
    SLOT_TAKEN.setRelease(slot, 0);
  }

  private static int errno(int slot) {
    return (int) ERRNO.get(SLOT[slot], 0L);
  }

  static int open(Path path, int flags, int mode) {
    int slot = borrow();
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = path.toString().getBytes(PATH_CHARSET);
      MemorySegment name = arena.allocate(bytes.length + 1L);
      MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 0, bytes.length);
      while (true) {
        int fd = (int) OPEN.invokeExact(SLOT[slot], name, flags | O_CLOEXEC, mode);
        if (fd >= 0) {
          return fd;
        }
        int errno = errno(slot);
        if (errno != EINTR) {
          return -errno;
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Closes; never repeated, since Linux has released the descriptor even when interrupted. */
  static int close(int fd) {
    int slot = borrow();
    try {
      int result = (int) CLOSE.invokeExact(SLOT[slot], fd);
      if (result >= 0) {
        return result;
      }
      int errno = errno(slot);
      return errno == EINTR ? 0 : -errno;
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  static long pread(int fd, long address, long length, long position) {
    int slot = borrow();
    try {
      while (true) {
        long n = (long) PREAD.invokeExact(SLOT[slot], fd, address, length, position);
        if (n >= 0) {
          return n;
        }
        int errno = errno(slot);
        if (errno != EINTR) {
          return -errno;
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  static long pwrite(int fd, long address, long length, long position) {
    int slot = borrow();
    try {
      while (true) {
        long n = (long) PWRITE.invokeExact(SLOT[slot], fd, address, length, position);
        if (n >= 0) {
          return n;
        }
        int errno = errno(slot);
        if (errno != EINTR) {
          return -errno;
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  static int fdatasync(int fd) {
    return onDescriptor(FDATASYNC, fd);
  }

  static int fsync(int fd) {
    return onDescriptor(FSYNC, fd);
  }

  private static int onDescriptor(MethodHandle call, int fd) {
    int slot = borrow();
    try {
      while (true) {
        int result = (int) call.invokeExact(SLOT[slot], fd);
        if (result >= 0) {
          return result;
        }
        int errno = errno(slot);
        if (errno != EINTR) {
          return -errno;
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  static int ftruncate(int fd, long length) {
    int slot = borrow();
    try {
      while (true) {
        int result = (int) FTRUNCATE.invokeExact(SLOT[slot], fd, length);
        if (result >= 0) {
          return result;
        }
        int errno = errno(slot);
        if (errno != EINTR) {
          return -errno;
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Length of an open file. Moves the descriptor's own position, which nothing here uses. */
  static long length(int fd) {
    int slot = borrow();
    try {
      long result = (long) LSEEK.invokeExact(SLOT[slot], fd, 0L, SEEK_END);
      return result >= 0 ? result : -errno(slot);
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Descriptors that this process may have (what {@code ulimit -n} says). */
  static int mostOpenFiles() {
    int slot = borrow();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limits = arena.allocate(2 * LONG.byteSize(), LONG.byteSize());
      int result = (int) GETRLIMIT.invokeExact(SLOT[slot], RLIMIT_NOFILE, limits);
      long soft = limits.get(LONG, 0);
      // Without a limit all bits are set.
      return result < 0
          ? RealVfs.USUAL_OPEN_FILES
          : soft < 0 ? Integer.MAX_VALUE : (int) Math.min(soft, Integer.MAX_VALUE);
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Maps a part of a file for reading and writing, and returns where. */
  static long mapShared(int fd, long position, long length) {
    int slot = borrow();
    try {
      long address =
          (long)
              MMAP.invokeExact(SLOT[slot], 0L, length, PROT_READ_WRITE, MAP_SHARED, fd, position);
      return address == -1 ? -errno(slot) : address;
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Takes a mapping away. */
  static void unmap(long address, long length) {
    int slot = borrow();
    try {
      int result = (int) MUNMAP.invokeExact(SLOT[slot], address, length);
      if (result < 0) {
        throw new IllegalStateException("munmap: " + describe(errno(slot)));
      }
    } catch (IllegalStateException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Sets up a ring of io_uring and returns its descriptor; {@code params} is filled. */
  static int ioUringSetup(int entries, long params) {
    return (int) syscall(SYS_IO_URING_SETUP, entries, params, 0, 0);
  }

  /** Submits to a ring and waits for completions. */
  static int ioUringEnter(int ring, int submit, int wait) {
    return (int) syscall(SYS_IO_URING_ENTER, ring, submit, wait, IORING_ENTER_GETEVENTS);
  }

  private static long syscall(long number, long a, long b, long c, long d) {
    int slot = borrow();
    try {
      long result = (long) SYSCALL.invokeExact(SLOT[slot], number, a, b, c, d, 0L, 0L);
      return result >= 0 ? result : -errno(slot);
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** Takes an exclusive lock without waiting; {@code -EAGAIN} when another one holds it. */
  static int lockExclusively(int fd) {
    int slot = borrow();
    try {
      while (true) {
        int result = (int) FLOCK.invokeExact(SLOT[slot], fd, LOCK_EX | LOCK_NB);
        if (result >= 0) {
          return result;
        }
        int errno = errno(slot);
        if (errno != EINTR) {
          return -errno;
        }
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    } finally {
      giveBack(slot);
    }
  }

  /** The exception for a failed call, of the class that says most. */
  static IOException failure(String what, Path path, int errno) {
    String message = what + " " + path + ": " + describe(errno) + " (errno " + errno + ")";
    return switch (errno) {
      case ENOSPC, EDQUOT -> new DiskFullException(message);
      case ENOENT -> new NoSuchFileException(path.toString());
      case EEXIST -> new FileAlreadyExistsException(path.toString());
      case EACCES -> new AccessDeniedException(path.toString(), null, describe(errno));
      default -> new IOException(message);
    };
  }

  static String describe(int errno) {
    try {
      MemorySegment text = (MemorySegment) ErrorTexts.STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
