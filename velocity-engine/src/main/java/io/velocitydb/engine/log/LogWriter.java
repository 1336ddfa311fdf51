package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;

/**
 * Appends records to a file. Not thread-safe; the file may be synced by another thread meanwhile.
 *
 * <p>On {@link #flush()} all that was put is handed to the operating system, some of it earlier. A
 * record is seen by a reader once its last fragment is out, so it is there whole or not at all.
 * After any exception but that of {@link #reserve} nothing is known of the file's end, and the
 * writer must not be used again.
 */
public final class LogWriter implements AutoCloseable {
  private final LogOutput output;
  private final long salt;

  // Offsets in the file.
  private long position;
  private long fragment;
  private long flushed;

  private boolean inRecord;
  private boolean firstFragment;

  // Of the output; see there.
  private long base;
  private long limit;

  /**
   * Writes through a buffer, and never beyond what is put.
   *
   * @param start offset to begin at, a frame's beginning or the end of an intact record
   */
  public LogWriter(VfsFile file, NativeMemory memory, long salt, long start) {
    this(new BufferedOutput(file, memory, start, 0), salt, start);
  }

  /**
   * @param output takes the bytes; closed with the writer
   * @param start offset to begin at, a frame's beginning or the end of an intact record
   */
  public LogWriter(LogOutput output, long salt, long start) {
    this.output = output;
    this.salt = salt;
    this.position = start;
    this.flushed = start;
  }

  /** Bytes that a record of {@code payload} bytes takes in the file at most. */
  public static long spaceFor(long payload) {
    long fragments = payload / (LogFormat.FRAME_BYTES - LogFormat.HEADER_BYTES) + 2;
    return payload + fragments * 2 * LogFormat.HEADER_BYTES;
  }

  /**
   * Extends the file with zeros so that {@code bytes} more can be written without changing its
   * length. When it fails, the writer goes on as if it had not been called.
   */
  public void reserve(long bytes) throws IOException {
    output.reserve(position + bytes);
  }

  /** Bytes that the file has, as far as this writer knows. */
  public long reservedTo() {
    return output.reservedTo();
  }

  /** Begins a record. */
  public void begin() throws IOException {
    begin(false);
  }

  /**
   * Begins a record.
   *
   * @param synced whether a sync is certain to follow it soon
   */
  public void begin(boolean synced) throws IOException {
    if (inRecord) {
      throw new IllegalStateException("the record before was not ended");
    }
    output.begin(position, synced);
    look();
    inRecord = true;
    firstFragment = true;
    startFragment();
  }

  public void putByte(int value) throws IOException {
    makeRoom();
    Memory.putByte(base + position, (byte) value);
    position++;
  }

  public void putInt(int value) throws IOException {
    for (int i = 0; i < Integer.BYTES; i++) {
      putByte(value >>> (8 * i));
    }
  }

  public void putLong(long value) throws IOException {
    if (addressFor(Long.BYTES) != 0) {
      Memory.putLong(base + position, value);
      position += Long.BYTES;
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

  /**
   * Where up to {@code most} bytes of the record may be put in one piece; {@link #putTo} then tells
   * where they end. 0 if they do not fit into this frame: put them one by one.
   */
  public long addressFor(int most) {
    int room = frameRoom();
    return room >= most && room < LogFormat.FRAME_BYTES ? base + position : 0;
  }

  /** Bytes up to an address were put. */
  public void putTo(long address) {
    position = address - base;
  }

  /** Copies native bytes into the record. */
  public void put(long address, int length) throws IOException {
    int done = 0;
    while (done < length) {
      makeRoom();
      int part = Math.min(length - done, frameRoom());
      Memory.copy(address + done, base + position, part);
      position += part;
      done += part;
    }
  }

  /** Copies a heap array into the record. */
  public void put(byte[] bytes) throws IOException {
    int done = 0;
    while (done < bytes.length) {
      makeRoom();
      int part = Math.min(bytes.length - done, frameRoom());
      Memory.copy(bytes, done, base + position, part);
      position += part;
      done += part;
    }
  }

  /** Ends the record, which must not be empty. */
  public void end() {
    sealFragment(true);
    inRecord = false;
  }

  /** Hands over what was put. */
  public void flush() throws IOException {
    if (position > flushed) {
      output.flush(position);
      flushed = position;
      look();
    }
  }

  /**
   * Makes all durable that was flushed. Another thread may call it, one at a time, while records
   * are put.
   */
  public void sync() throws IOException {
    output.sync();
  }

  /** No record follows: whatever still waits for a sync is handed over now. */
  public void handOver() throws IOException {
    output.handOver();
  }

  /** Offset behind the last byte that was put. */
  public long position() {
    return position;
  }

  /**
   * Gives memory back without handing anything over; the file stays open. After {@link #flush} the
   * writer may go on.
   */
  @Override
  public void close() {
    output.close();
    base = 0;
    limit = 0;
  }

  private void look() {
    base = output.base();
    limit = output.limit();
  }

  private int frameRoom() {
    return LogFormat.FRAME_BYTES - (int) (position & (LogFormat.FRAME_BYTES - 1));
  }

  private void makeRoom() throws IOException {
    // At the very beginning of a frame stands always a header, so a full room means a full frame.
    if ((position & (LogFormat.FRAME_BYTES - 1)) == 0) {
      sealFragment(false);
      startFragment();
    }
  }

  private void startFragment() throws IOException {
    int room = frameRoom();
    boolean full = room <= LogFormat.HEADER_BYTES;
    long end = position + room + (full ? LogFormat.FRAME_BYTES : 0);
    if (end > limit) {
      output.extend(position, end);
      look();
    }
    if (full) {
      Memory.fill(base + position, room, (byte) 0);
      position += room;
    }
    fragment = position;
    position += LogFormat.HEADER_BYTES;
  }

  private void sealFragment(boolean last) {
    int type =
        firstFragment
            ? (last ? LogFormat.FULL : LogFormat.FIRST)
            : (last ? LogFormat.LAST : LogFormat.MIDDLE);
    LogFormat.seal(
        base + fragment,
        (int) (position - fragment) - LogFormat.HEADER_BYTES,
        type,
        salt,
        fragment);
    firstFragment = false;
  }
}
