package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;

/** Bytes go to a buffer, and from there to the file when it is full and on {@link #flush}. */
public final class BufferedOutput implements LogOutput {
  private static final int BUFFER_BYTES = 4 * LogFormat.FRAME_BYTES;

  private final VfsFile file;
  private final NativeMemory memory;
  private final ZeroedFile zeroed;

  /** Offset of the buffer's first byte. */
  private long start;

  /** Native address, 0 while there is nothing to hold. */
  private long buffer;

  /**
   * @param start offset to begin at
   * @param zeroStep by how many bytes {@link #reserve} extends the file at most, where less is
   *     needed (a short file by less); 0 to extend it never
   */
  public BufferedOutput(VfsFile file, NativeMemory memory, long start, long zeroStep) {
    this(file, memory, start, zeroStep, 0);
  }

  /**
   * As above, for a file that is used again.
   *
   * @param fileBytes bytes that the file has already, whatever they are
   */
  public BufferedOutput(
      VfsFile file, NativeMemory memory, long start, long zeroStep, long fileBytes) {
    this(file, memory, start, new ZeroedFile(file, memory, start, zeroStep, fileBytes));
  }

  BufferedOutput(VfsFile file, NativeMemory memory, long start, ZeroedFile zeroed) {
    this.file = file;
    this.memory = memory;
    this.start = start;
    this.zeroed = zeroed;
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
  public void begin(long position, boolean synced) {
    if (buffer == 0) {
      buffer = memory.allocate(BUFFER_BYTES, MemoryTag.WAL_BUFFER);
    }
  }

  /** What was put up to {@code position} came to the file another way. */
  void skipTo(long position) {
    start = position;
  }

  @Override
  public void extend(long position, long end) throws IOException {
    flush(position);
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
  public void flush(long position) throws IOException {
    if (position > start) {
      file.write(start, buffer, (int) (position - start));
      start = position;
      zeroed.written(position);
    }
  }

  @Override
  public void sync() throws IOException {
    file.sync();
  }

  @Override
  public void close() {
    if (buffer != 0) {
      memory.free(buffer, BUFFER_BYTES, MemoryTag.WAL_BUFFER);
      buffer = 0;
    }
  }
}
