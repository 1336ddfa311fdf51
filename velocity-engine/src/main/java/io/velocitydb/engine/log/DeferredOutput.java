package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;

/**
 * Records that a sync follows wait in the buffer for it, and are then written and synced by one
 * call; others are written at once. Nobody relies on a record that waits: it is not durable before
 * the sync, and what comes after it is not told to be written before that sync has ended.
 *
 * <p>The monitor guards what the writing thread and the syncing one share; it is never held over a
 * sync.
 */
public final class DeferredOutput implements LogOutput {
  private static final int BUFFER_BYTES = 4 * LogFormat.FRAME_BYTES;

  private final VfsFile file;
  private final NativeMemory memory;
  private final ZeroedFile zeroed;
  private boolean deferring;

  /** Native address, 0 while there is nothing to hold. */
  private long buffer;

  /** Offset of the buffer's first byte. */
  private long start;

  // Guarded by the monitor. What lies between the two waits for a sync.
  private long taken;
  private long complete;

  /**
   * @param start offset to begin at
   * @param zeroStep by how many bytes {@link #reserve} extends the file at most, where less is
   *     needed; not 0
   * @param fileBytes bytes that the file has already, whatever they are
   */
  public DeferredOutput(
      VfsFile file, NativeMemory memory, long start, long zeroStep, long fileBytes) {
    this.file = file;
    this.memory = memory;
    this.zeroed = new ZeroedFile(file, memory, start, zeroStep, fileBytes);
    this.start = start;
    this.taken = start;
    this.complete = start;
  }

  @Override
  public void reserve(long end) throws IOException {
    zeroed.reserve(end);
  }

  @Override
  public long reservedTo() {
    return zeroed.end();
  }

  @Override
  public synchronized void begin(long position, boolean synced) {
    deferring = synced;
    if (buffer == 0) {
      buffer = memory.allocate(BUFFER_BYTES, MemoryTag.WAL_BUFFER);
    }
    if (taken == position) {
      start = position;
    }
  }

  @Override
  public synchronized void extend(long position, long end) throws IOException {
    write(position);
    start = position;
  }

  @Override
  public long base() {
    return buffer - start;
  }

  @Override
  public long limit() {
    return start + BUFFER_BYTES;
  }

  @Override
  public synchronized void flush(long position) throws IOException {
    if (deferring) {
      complete = position;
      // No zeros may follow over what is written later.
      zeroed.written(position);
    } else {
      write(position);
    }
  }

  private void write(long position) throws IOException {
    if (position > taken) {
      file.write(taken, buffer + (taken - start), (int) (position - taken));
      zeroed.written(position);
      taken = position;
    }
    complete = position;
  }

  @Override
  public void sync() throws IOException {
    long copy = 0;
    long from;
    int length;
    synchronized (this) {
      from = taken;
      length = (int) (complete - taken);
      if (length > 0) {
        copy = memory.allocate(length, MemoryTag.WAL_BUFFER);
        Memory.copy(buffer + (from - start), copy, length);
        taken = complete;
      }
    }
    if (length == 0) {
      file.sync();
      return;
    }
    try {
      file.writeAndSync(from, copy, length);
    } finally {
      memory.free(copy, length, MemoryTag.WAL_BUFFER);
    }
  }

  @Override
  public synchronized void handOver() throws IOException {
    write(complete);
  }

  @Override
  public synchronized void close() {
    if (buffer != 0) {
      memory.free(buffer, BUFFER_BYTES, MemoryTag.WAL_BUFFER);
      buffer = 0;
    }
  }
}
