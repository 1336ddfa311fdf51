package io.velocitydb.engine.vfs;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An open file by Linux system calls. Thread-safe.
 *
 * <p>The kernel gives a closed descriptor's number to the next file opened, so an operation that
 * overlaps with {@link #close()} could reach a stranger. Operations are therefore counted, and the
 * last one of a closed file releases the descriptor.
 */
final class PosixFile implements VfsFile {
  private static final int CLOSED = 1 << 31;

  private final Path path;
  private final int fd;
  private final boolean direct;

  /** Operations running now, and {@link #CLOSED}. */
  private final AtomicInteger users = new AtomicInteger();

  private final Object ringLock = new Object();

  /** Guarded by its lock; there once it was needed. */
  private @Nullable IoUring ring;

  /**
   * Takes over an open descriptor.
   *
   * @param direct whether it reads past the system's cache
   */
  PosixFile(Path path, int fd, boolean direct) {
    this.path = path;
    this.fd = fd;
    this.direct = direct;
  }

  @Override
  public int read(long position, long address, int length) throws IOException {
    enter();
    try {
      int done = 0;
      while (done < length) {
        long n = PosixCalls.pread(fd, address + done, length - done, position + done);
        if (n < 0) {
          if (direct && -n == PosixCalls.EINVAL) {
            throw new UnsupportedOperationException("no direct reads of " + path);
          }
          throw PosixCalls.failure(
              "cannot read " + (length - done) + " bytes at " + (position + done) + " of",
              path,
              (int) -n);
        }
        done += (int) n;
        // A direct read that ends inside a unit has met the end, and cannot go on from there.
        if (n == 0 || (direct && n % Vfs.DIRECT_UNIT != 0)) {
          break;
        }
      }
      return done;
    } finally {
      leave();
    }
  }

  @Override
  public void write(long position, long address, int length) throws IOException {
    enter();
    try {
      int done = 0;
      while (done < length) {
        long n = PosixCalls.pwrite(fd, address + done, length - done, position + done);
        if (n <= 0) {
          throw PosixCalls.failure(
              "cannot write " + (length - done) + " bytes at " + (position + done) + " of",
              path,
              n == 0 ? PosixCalls.EIO : (int) -n);
        }
        done += (int) n;
      }
    } finally {
      leave();
    }
  }

  @Override
  public void sync() throws IOException {
    enter();
    try {
      int result = PosixCalls.fdatasync(fd);
      if (result < 0) {
        throw PosixCalls.failure("cannot sync", path, -result);
      }
    } finally {
      leave();
    }
  }

  @Override
  public void writeAndSync(long position, long address, int length) throws IOException {
    enter();
    try {
      int written;
      synchronized (ringLock) {
        IoUring open = ring;
        if (open == null) {
          open = new IoUring(path);
          ring = open;
        }
        written = open.writeAndSync(fd, position, address, length);
      }
      finish(written, position, address, length);
    } finally {
      leave();
    }
  }

  /**
   * Writes and syncs what a write that a sync was linked to has left: a short write severs the
   * link.
   *
   * @param written bytes written, or {@code -errno}
   */
  void finish(int written, long position, long address, int length) throws IOException {
    if (written == length) {
      return;
    }
    boolean nothing = -written == PosixCalls.EINTR || -written == PosixCalls.EAGAIN;
    if (written < 0 && !nothing) {
      throw PosixCalls.failure(
          "cannot write " + length + " bytes at " + position + " of", path, -written);
    }
    int done = Math.max(0, written);
    write(position + done, address + done, length - done);
    sync();
  }

  @Override
  public Mapping map(long position, long length) throws IOException {
    enter();
    try {
      long address = PosixCalls.mapShared(fd, position, length);
      if (address < 0) {
        throw PosixCalls.failure("cannot map into memory", path, (int) -address);
      }
      return new PosixMapping(address, length);
    } finally {
      leave();
    }
  }

  /** The kernel keeps a mapping alive without its descriptor. */
  private static final class PosixMapping implements Mapping {
    private final long address;
    private final long length;
    private boolean closed;

    PosixMapping(long address, long length) {
      this.address = address;
      this.length = length;
    }

    @Override
    public long address() {
      return address;
    }

    @Override
    public void touched(long offset, long bytes) {
      // The kernel notes it in its page tables.
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        PosixCalls.unmap(address, length);
      }
    }
  }

  @Override
  public long size() throws IOException {
    enter();
    try {
      long result = PosixCalls.length(fd);
      if (result < 0) {
        throw PosixCalls.failure("cannot tell the length of", path, (int) -result);
      }
      return result;
    } finally {
      leave();
    }
  }

  @Override
  public void truncate(long length) throws IOException {
    enter();
    try {
      int result = PosixCalls.ftruncate(fd, length);
      if (result < 0) {
        throw PosixCalls.failure("cannot set the length to " + length + " of", path, -result);
      }
    } finally {
      leave();
    }
  }

  @Override
  public void close() throws IOException {
    if (users.getAndUpdate(n -> n | CLOSED) == 0) {
      release();
    }
  }

  private void enter() throws IOException {
    int now = users.get();
    while (now >= 0) {
      if (users.compareAndSet(now, now + 1)) {
        return;
      }
      now = users.get();
    }
    throw new ClosedChannelException();
  }

  private void leave() throws IOException {
    if (users.decrementAndGet() == CLOSED) {
      release();
    }
  }

  private void release() throws IOException {
    synchronized (ringLock) {
      if (ring != null) {
        ring.close();
        ring = null;
      }
    }
    int result = PosixCalls.close(fd);
    if (result < 0) {
      throw PosixCalls.failure("cannot close", path, -result);
    }
  }
}
