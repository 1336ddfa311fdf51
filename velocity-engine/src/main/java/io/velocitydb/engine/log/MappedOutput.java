package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Mapping;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Bytes are put right into the file's pages in the system's cache, through a window that moves over
 * the file. There they survive the process without any system call.
 *
 * <p>Records that a sync follows go by a buffer and a write instead. A sync takes the right to
 * write away from all mapped pages that were touched, and the next touch faults: that costs more
 * than the write which it saves. A mapping and writes of one file see the same pages.
 *
 * <p>Only bytes that were written as zeros before are touched, since a page without a block on the
 * disk could not be saved, and touching it would be an error that no call reports.
 */
public final class MappedOutput implements LogOutput {
  private static final long WINDOW_BYTES = 1L << 20;

  private final VfsFile file;
  private final ZeroedFile zeroed;
  private final BufferedOutput buffered;
  private boolean buffering;

  private @Nullable Mapping window;
  private long windowStart;
  private long windowEnd;

  /** Up to where bytes were handed over. */
  private long handedOver;

  /**
   * @param start offset to begin at
   * @param zeroStep by how many bytes {@link #reserve} extends the file at most, where less is
   *     needed; not 0
   * @param fileBytes bytes that the file has already, whatever they are
   */
  public MappedOutput(
      VfsFile file, NativeMemory memory, long start, long zeroStep, long fileBytes) {
    this.file = file;
    this.zeroed = new ZeroedFile(file, memory, start, zeroStep, fileBytes);
    this.buffered = new BufferedOutput(file, memory, start, zeroed);
    this.handedOver = start;
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
  public void begin(long position, boolean synced) throws IOException {
    buffering = synced;
    if (synced) {
      buffered.skipTo(position);
      buffered.begin(position, true);
    }
  }

  @Override
  public void extend(long position, long end) throws IOException {
    if (buffering) {
      buffered.extend(position, end);
      return;
    }
    zeroed.reserve(end);
    if (window != null && position >= windowStart && end <= windowEnd) {
      return;
    }
    tell(position);
    unmap();
    long start = position / LogFormat.FRAME_BYTES * LogFormat.FRAME_BYTES;
    long length = Math.max(end - start, Math.min(WINDOW_BYTES, zeroed.fileEnd() - start));
    window = file.map(start, length);
    windowStart = start;
    windowEnd = start + length;
  }

  @Override
  public long base() {
    if (buffering) {
      return buffered.base();
    }
    return window == null ? 0 : window.address() - windowStart;
  }

  @Override
  public long limit() {
    return buffering ? buffered.limit() : Math.min(windowEnd, zeroed.end());
  }

  @Override
  public void flush(long position) throws IOException {
    if (buffering) {
      buffered.flush(position);
      handedOver = position;
    } else {
      tell(position);
    }
  }

  private void tell(long position) throws IOException {
    Mapping open = window;
    if (open != null && position > handedOver) {
      open.touched(handedOver - windowStart, position - handedOver);
    }
    handedOver = position;
  }

  private void unmap() {
    Mapping open = window;
    window = null;
    windowStart = 0;
    windowEnd = 0;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void sync() throws IOException {
    file.sync();
  }

  @Override
  public void close() {
    buffered.close();
    unmap();
  }
}
