package io.velocitydb.engine.log;

import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the records of a log file and tells where there are none. Not thread-safe; the file must
 * not be written meanwhile.
 *
 * <p>What does not verify is read from the file once more. It never ends the reading: the next
 * intact record is looked for behind it, and what lies between is reported as one gap. Whether a
 * gap is the log's end, a torn tail or damage is the caller's to judge.
 */
public final class LogReader implements AutoCloseable {
  private static final int WINDOW_BYTES = 8 * LogFormat.FRAME_BYTES;

  /** What {@link #step()} met. */
  public enum Step {
    /** An intact record. */
    RECORD,
    /** Bytes that are no intact record, up to the next one or the end of the file. */
    GAP,
    /** The end of the file. */
    END
  }

  private final VfsFile file;
  private final NativeMemory memory;
  private final long salt;
  private final long fileBytes;
  private final long window;
  private final NativeBuffer assembled;

  private long windowStart;
  private int windowLength;

  private long position;
  private long recordStart;
  private long recordAddress;
  private int recordLength;
  private long gapStart;
  private boolean gapZero;
  private boolean resumeAtRecord;

  public LogReader(VfsFile file, NativeMemory memory, long salt) throws IOException {
    this.file = file;
    this.memory = memory;
    this.salt = salt;
    this.fileBytes = file.size();
    this.window = memory.allocate(WINDOW_BYTES, MemoryTag.WAL_BUFFER);
    this.assembled = new NativeBuffer(memory, MemoryTag.WAL_BUFFER);
  }

  /** Moves on; the first call begins at the start of the file. */
  public Step step() throws IOException {
    if (resumeAtRecord) {
      resumeAtRecord = false;
      return Step.RECORD;
    }
    skipPadding();
    if (position >= fileBytes) {
      return Step.END;
    }
    if (readRecord(position)) {
      return Step.RECORD;
    }
    gapStart = position;
    long next = findRecord(gapStart);
    gapZero = isZero(gapStart, Math.min(next, gapStart + frameRoom(gapStart)));
    // Looking for zeros moved the window; a record that is gone now was never there to rely on.
    resumeAtRecord = next < fileBytes && readRecord(next);
    if (!resumeAtRecord) {
      position = fileBytes;
    }
    return Step.GAP;
  }

  /** Native address of the record, valid until the next step. */
  public long recordAddress() {
    return recordAddress;
  }

  /** Bytes of the record. */
  public int recordLength() {
    return recordLength;
  }

  /** Offset of the record's first byte in the file. */
  public long recordStart() {
    return recordStart;
  }

  /** Offset behind the record, or behind the gap. */
  public long position() {
    return resumeAtRecord ? recordStart : position;
  }

  /** Offset of the gap's first byte. */
  public long gapStart() {
    return gapStart;
  }

  /**
   * Whether the gap holds nothing but zeros up to the end of its frame. A writer keeps zeros ahead
   * of it; further behind, a file that was used before shows what it held then.
   */
  public boolean gapZero() {
    return gapZero;
  }

  /** The gap in words. */
  public Inspected inspectedGap() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("offset", "" + gapStart);
    fields.put("bytes", "" + (position() - gapStart));
    fields.put("zeros", "" + gapZero);
    return new Inspected("gap", fields);
  }

  /** Length of the file in bytes. */
  public long fileBytes() {
    return fileBytes;
  }

  @Override
  public void close() {
    memory.free(window, WINDOW_BYTES, MemoryTag.WAL_BUFFER);
    assembled.close();
  }

  private void skipPadding() {
    int room = frameRoom(position);
    if (room <= LogFormat.HEADER_BYTES) {
      position = Math.min(fileBytes, position + room);
    }
  }

  /** Reads the record that begins at {@code start}; false, and nothing changed, if none does. */
  private boolean readRecord(long start) throws IOException {
    int type = fragmentType(start);
    if (type == LogFormat.FULL) {
      long address = windowAddress(start);
      recordStart = start;
      recordLength = LogFormat.payloadLength(address);
      recordAddress = address + LogFormat.HEADER_BYTES;
      position = start + LogFormat.HEADER_BYTES + recordLength;
      return true;
    }
    if (type != LogFormat.FIRST) {
      return false;
    }
    long at = start;
    int length = 0;
    while (true) {
      long address = windowAddress(at);
      int payload = LogFormat.payloadLength(address);
      Memory.copy(
          address + LogFormat.HEADER_BYTES,
          assembled.grow(Math.addExact(length, payload), length) + length,
          payload);
      length += payload;
      at += LogFormat.HEADER_BYTES + payload;
      if (type == LogFormat.LAST) {
        recordStart = start;
        recordLength = length;
        recordAddress = assembled.address();
        position = at;
        return true;
      }
      int room = frameRoom(at);
      if (room <= LogFormat.HEADER_BYTES) {
        at += room;
      }
      type = fragmentType(at);
      if (type != LogFormat.MIDDLE && type != LogFormat.LAST) {
        return false;
      }
    }
  }

  /**
   * Offset of the first intact record behind {@code from}, which is then read. Every offset is
   * tried: a checksum that depends on salt and offset is met by accident as good as never, and what
   * stands behind the damage in the same frame may be the only witness that something was lost.
   */
  private long findRecord(long from) throws IOException {
    long at = from + 1;
    while (at + LogFormat.HEADER_BYTES < fileBytes) {
      load(at, false);
      at = skipZeros(at);
      if (at + LogFormat.HEADER_BYTES >= windowStart + windowLength) {
        if (windowStart + windowLength >= fileBytes) {
          break;
        }
        // No fragment begins in the last bytes of a frame.
        at = windowStart + windowLength;
        continue;
      }
      int type = intactTypeInWindow(at);
      if (type == 0) {
        at++;
      } else if ((type == LogFormat.FULL || type == LogFormat.FIRST) && readRecord(at)) {
        return at;
      } else {
        load(at, false);
        at += LogFormat.HEADER_BYTES + LogFormat.payloadLength(windowAddress(at));
      }
    }
    return fileBytes;
  }

  /** The next offset in the window at which a header might have a type. */
  private long skipZeros(long from) {
    long at = from;
    long end = windowStart + windowLength - LogFormat.HEADER_BYTES - Long.BYTES;
    while (at < end && Memory.getLong(windowAddress(at) + LogFormat.TYPE_AT) == 0) {
      at += Long.BYTES;
    }
    return at;
  }

  /** The type of the intact fragment at {@code at}, which then lies in the window; 0 for none. */
  private int fragmentType(long at) throws IOException {
    if (at + LogFormat.HEADER_BYTES > fileBytes) {
      return 0;
    }
    load(at, false);
    int type = intactTypeInWindow(at);
    if (type == 0 && !isZero(at, at + LogFormat.HEADER_BYTES)) {
      load(at, true);
      type = intactTypeInWindow(at);
    }
    return type;
  }

  private int intactTypeInWindow(long at) {
    int inWindow = (int) (windowStart + windowLength - at);
    return LogFormat.intactType(windowAddress(at), Math.min(inWindow, frameRoom(at)), salt, at);
  }

  /** Brings the frame of {@code at} into the window. */
  private void load(long at, boolean again) throws IOException {
    if (!again && at >= windowStart && at < windowStart + windowLength) {
      return;
    }
    windowStart = at - at % LogFormat.FRAME_BYTES;
    int wanted = (int) Math.min(WINDOW_BYTES, fileBytes - windowStart);
    windowLength = file.read(windowStart, window, wanted);
    if (windowLength < wanted) {
      throw new IOException("the file ends at " + (windowStart + windowLength) + " all at once");
    }
  }

  private long windowAddress(long at) {
    return window + (at - windowStart);
  }

  private boolean isZero(long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      load(at, false);
      long end = Math.min(to, windowStart + windowLength);
      while (at < end && end - at >= Long.BYTES && Memory.getLong(windowAddress(at)) == 0) {
        at += Long.BYTES;
      }
      for (; at < end; at++) {
        if (Memory.getByte(windowAddress(at)) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static int frameRoom(long at) {
    return LogFormat.FRAME_BYTES - (int) (at % LogFormat.FRAME_BYTES);
  }
}
