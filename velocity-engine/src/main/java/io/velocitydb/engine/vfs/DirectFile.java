package io.velocitydb.engine.vfs;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks of a file past the system's cache, by way of whole units of it in memory of its own.
 * Large pieces are read by way of the cache: whoever reads those walks on, as merges do, and the
 * system has read the next piece when it is asked for. Thread-safe.
 */
final class DirectFile extends ReadOnlyFile {
  /** A piece of the file that is read by way of the cache. */
  static final int LARGE_BYTES = 64 * 1024;

  private static final long UNIT = Vfs.DIRECT_UNIT;

  private final Vfs vfs;
  private final Path path;
  private final VfsFile file;
  private final NativeMemory memory;

  /** By way of the cache; opened when it is needed first, under the monitor. */
  private volatile @Nullable VfsFile cached;

  /** Guarded by the monitor. */
  private boolean closed;

  /**
   * Opens a file.
   *
   * @param memory where the units come to lie, as long as a read lasts
   * @throws UnsupportedOperationException if it cannot be read past the system's cache
   */
  DirectFile(Vfs vfs, Path path, NativeMemory memory) throws IOException {
    this.vfs = vfs;
    this.path = path;
    this.memory = memory;
    this.file = vfs.open(path, Vfs.Mode.READ_DIRECT);
  }

  private VfsFile cached() throws IOException {
    VfsFile present = cached;
    if (present != null) {
      return present;
    }
    synchronized (this) {
      if (closed) {
        throw new ClosedChannelException();
      }
      present = cached;
      if (present == null) {
        present = vfs.open(path, Vfs.Mode.READ);
        cached = present;
      }
      return present;
    }
  }

  private static long unitAtOrAfter(long position) {
    return (position + UNIT - 1) & -UNIT;
  }

  @Override
  public int read(long position, long address, int length) throws IOException {
    if (length >= LARGE_BYTES) {
      return cached().read(position, address, length);
    }
    if (((position | address | length) & (UNIT - 1)) == 0) {
      return file.read(position, address, length);
    }
    long start = position & -UNIT;
    int skipped = (int) (position - start);
    int wanted = (int) (unitAtOrAfter(position + length) - start);
    // Memory comes at any address, so there has to be room to move up to the next unit.
    long size = wanted + UNIT;
    long allocated = memory.allocate(size, MemoryTag.BLOCK);
    try {
      long units = unitAtOrAfter(allocated);
      int got = Math.clamp((long) file.read(start, units, wanted) - skipped, 0, length);
      Memory.copy(units + skipped, address, got);
      return got;
    } finally {
      memory.free(allocated, size, MemoryTag.BLOCK);
    }
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    VfsFile second = cached;
    try (file) {
      if (second != null) {
        second.close();
      }
    }
  }
}
