package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;

/**
 * Appends records to a file. Not thread-safe; the file may be synced by another thread meanwhile.
 *
 * <p>Bytes go out when the buffer is full and on {@link #flush()}; a record is seen by a reader
 * once its last fragment is out, so it is there whole or not at all. After any exception but that
 * of {@link #reserve} nothing is known of the file's end, and the writer must not be used again.
 */
public final class LogWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 * LogFormat.FRAME_BYTES;
  private static final int ZERO_BYTES = 64 * 1024;

  private final VfsFile file;
  private final NativeMemory memory;
  private final long salt;
  private final long zeroStep;

  private long bufferOffset;
  private int used;
  private int fragment = -1;
  private boolean firstFragment;
  private long zeroedTo;

  /** Native address, 0 while there is nothing to hold. */
  private long buffer;

  /**
   * @param start offset to begin at, a frame's beginning or the end of an intact record
   * @param zeroStep by how many bytes the file is extended with zeros by {@link #reserve} at most,
   *     where less is needed (a short file by less); 0 never to
   */
  public LogWriter(VfsFile file, NativeMemory memory, long salt, long start, long zeroStep) {
    this.file = file;
    this.memory = memory;
    this.salt = salt;
    this.zeroStep = zeroStep;
    this.bufferOffset = start;
    this.zeroedTo = start;
  }

  /** Bytes that a record of {@code payload} bytes takes in the file at most. */
  public static long spaceFor(long payload) {
    long fragments = payload / (LogFormat.FRAME_BYTES - LogFormat.HEADER_BYTES) + 2;
    return payload + fragments * 2 * LogFormat.HEADER_BYTES;
  }

  /**
   * Extends the file with zeros so that {@code bytes} more can be written without changing its
   * length: a sync then has no metadata to write, and a full disk shows before anything was
   * promised. When it fails, the writer goes on as if it had not been called.
   */
  public void reserve(long bytes) throws IOException {
    long wanted = position() + bytes;
    if (zeroStep == 0 || wanted <= zeroedTo) {
      return;
    }
    long target = Math.max(wanted, zeroedTo + Math.clamp(zeroedTo, ZERO_BYTES, zeroStep));
    long zeros = memory.allocate(ZERO_BYTES, MemoryTag.WAL_BUFFER);
    try {
      Memory.fill(zeros, ZERO_BYTES, (byte) 0);
      while (zeroedTo < target) {
        int length = (int) Math.min(ZERO_BYTES, target - zeroedTo);
        file.write(zeroedTo, zeros, length);
        zeroedTo += length;
      }
    } finally {
      memory.free(zeros, ZERO_BYTES, MemoryTag.WAL_BUFFER);
    }
  }

  /** Bytes that the file has, as far as this writer knows. */
  public long reservedTo() {
    return zeroedTo;
  }

  /** Begins a record. */
  public void begin() throws IOException {
    if (fragment >= 0) {
      throw new IllegalStateException("the record before was not ended");
    }
    if (buffer == 0) {
      buffer = memory.allocate(BUFFER_BYTES, MemoryTag.WAL_BUFFER);
    }
    firstFragment = true;
    startFragment();
  }

  public void putByte(int value) throws IOException {
    makeRoom();
    Memory.putByte(buffer + used, (byte) value);
    used++;
  }

  public void putInt(int value) throws IOException {
    for (int i = 0; i < Integer.BYTES; i++) {
      putByte(value >>> (8 * i));
    }
  }

  public void putLong(long value) throws IOException {
    int room = frameRoom();
    if (room >= Long.BYTES && room < LogFormat.FRAME_BYTES) {
      Memory.putLong(buffer + used, value);
      used += Long.BYTES;
      return;
    }
    for (int i = 0; i < Long.BYTES; i++) {
      putByte((int) (value >>> (8 * i)));
    }
  }

  /** Writes 7 bits per byte, lowest first; the highest bit tells that more follow. */
  public void putVarLong(long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      putByte((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    putByte((int) rest);
  }

  /** Copies native bytes into the record. */
  public void put(long address, int length) throws IOException {
    int done = 0;
    while (done < length) {
      makeRoom();
      int part = Math.min(length - done, frameRoom());
      Memory.copy(address + done, buffer + used, part);
      used += part;
      done += part;
    }
  }

  /** Copies a heap array into the record. */
  public void put(byte[] bytes) throws IOException {
    int done = 0;
    while (done < bytes.length) {
      makeRoom();
      int part = Math.min(bytes.length - done, frameRoom());
      Memory.copy(bytes, done, buffer + used, part);
      used += part;
      done += part;
    }
  }

  /** Ends the record, which must not be empty. */
  public void end() {
    sealFragment(true);
    fragment = -1;
  }

  /** Writes out what is buffered. */
  public void flush() throws IOException {
    if (used > 0) {
      file.write(bufferOffset, buffer, used);
      bufferOffset += used;
      used = 0;
      zeroedTo = Math.max(zeroedTo, bufferOffset);
    }
  }

  /** Offset behind the last byte, buffered ones included. */
  public long position() {
    return bufferOffset + used;
  }

  /**
   * Gives the buffer back without writing it; the file stays open. After {@link #flush} the writer
   * may go on, with a new buffer.
   */
  @Override
  public void close() {
    if (buffer != 0) {
      memory.free(buffer, BUFFER_BYTES, MemoryTag.WAL_BUFFER);
      buffer = 0;
    }
  }

  private int frameRoom() {
    return LogFormat.FRAME_BYTES - (int) (position() % LogFormat.FRAME_BYTES);
  }

  private void makeRoom() throws IOException {
    // At the very beginning of a frame stands always a header, so a full room means a full frame.
    if (position() % LogFormat.FRAME_BYTES == 0) {
      sealFragment(false);
      startFragment();
    }
  }

  private void startFragment() throws IOException {
    int room = frameRoom();
    if (room <= LogFormat.HEADER_BYTES) {
      Memory.fill(buffer + used, room, (byte) 0);
      used += room;
    }
    if (BUFFER_BYTES - used < LogFormat.FRAME_BYTES + LogFormat.HEADER_BYTES) {
      flush();
    }
    fragment = used;
    used += LogFormat.HEADER_BYTES;
  }

  private void sealFragment(boolean last) {
    int type =
        firstFragment
            ? (last ? LogFormat.FULL : LogFormat.FIRST)
            : (last ? LogFormat.LAST : LogFormat.MIDDLE);
    LogFormat.seal(
        buffer + fragment,
        used - fragment - LogFormat.HEADER_BYTES,
        type,
        salt,
        bufferOffset + fragment);
    firstFragment = false;
  }
}
