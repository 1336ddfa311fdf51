package io.velocitydb.engine.vfs;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;

/**
 * Reads any bytes of a file that was opened by {@link Vfs.Mode#READ_DIRECT}, by way of whole units
 * of it in memory of its own, and with one read of the file for up to {@value #MOST_BYTES} bytes.
 * What is aligned already goes straight to where it is wanted. Thread-safe.
 */
final class DirectFile implements VfsFile {
  /** Read at a time; beyond it memory costs more than another read does. */
  private static final int MOST_BYTES = 256 * 1024;

  private static final long UNIT = Vfs.DIRECT_UNIT;

  private final VfsFile file;
  private final NativeMemory memory;

  /**
   * Takes over the file.
   *
   * @param memory where the units come to lie, as long as a read lasts
   */
  DirectFile(VfsFile file, NativeMemory memory) {
    this.file = file;
    this.memory = memory;
  }

  private static long unitAtOrAfter(long position) {
    return (position + UNIT - 1) & -UNIT;
  }

  @Override
  public int read(long position, long address, int length) throws IOException {
    if (((position | address | length) & (UNIT - 1)) == 0) {
      return file.read(position, address, length);
    }
    long start = position & -UNIT;
    long wanted = Math.min(unitAtOrAfter(position + length) - start, MOST_BYTES);
    // Memory comes at any address, so there has to be room to move up to the next unit.
    long size = wanted + UNIT;
    long allocated = memory.allocate(size, MemoryTag.BLOCK);
    try {
      return read(position, address, length, unitAtOrAfter(allocated), (int) wanted);
    } finally {
      memory.free(allocated, size, MemoryTag.BLOCK);
    }
  }

  private int read(long position, long address, int length, long units, int most)
      throws IOException {
    int done = 0;
    while (done < length) {
      long at = position + done;
      long start = at & -UNIT;
      int skipped = (int) (at - start);
      int wanted = (int) Math.min(unitAtOrAfter(position + length) - start, most);
      int got = file.read(start, units, wanted) - skipped;
      if (got <= 0) {
        break;
      }
      int used = Math.min(got, length - done);
      Memory.copy(units + skipped, address + done, used);
      done += used;
      if (got < wanted - skipped) {
        break;
      }
    }
    return done;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public void write(long position, long address, int length) {
    throw new UnsupportedOperationException("opened for reading");
  }

  @Override
  public void writeAndSync(long position, long address, int length) {
    throw new UnsupportedOperationException("opened for reading");
  }

  @Override
  public Mapping map(long position, long length) {
    throw new UnsupportedOperationException("opened for reading by calls");
  }

  @Override
  public void sync() {
    throw new UnsupportedOperationException("opened for reading");
  }

  @Override
  public void truncate(long length) {
    throw new UnsupportedOperationException("opened for reading");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
