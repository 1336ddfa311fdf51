package io.velocitydb.engine.log;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Inspected;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first record of every log file. It lies at a fixed place, so that its salt can be read before
 * anything can be verified; then it is verified with that salt.
 *
 * @param magic what kind of file this is
 * @param format version of the file's format
 * @param salt seed of the file's checksums
 * @param owner number of the database that it belongs to; 0 for none
 * @param number number of the file among its kind
 * @param leastBytes bytes of the file that were synced before anything named it, so a shorter one
 *     was cut; 0 if that is not told
 */
public record LogHeader(
    long magic, int format, long salt, long owner, long number, long leastBytes) {
  private static final int PAYLOAD_BYTES = 5 * Long.BYTES + Integer.BYTES;

  /** Bytes from the beginning of the file to the end of its header. */
  public static final int BYTES = LogFormat.HEADER_BYTES + PAYLOAD_BYTES;

  /** A header that does not tell how long its file is at least. */
  public LogHeader(long magic, int format, long salt, long owner, long number) {
    this(magic, format, salt, owner, number, 0);
  }

  /** Writes the header as the first record of a new file. */
  public void write(LogWriter writer) throws IOException {
    write(writer, false);
  }

  /**
   * As above.
   *
   * @param synced whether a sync is certain to follow soon
   */
  public void write(LogWriter writer, boolean synced) throws IOException {
    writer.begin(synced);
    writer.putLong(magic);
    writer.putInt(format);
    writer.putLong(salt);
    writer.putLong(owner);
    writer.putLong(number);
    writer.putLong(leastBytes);
    writer.end();
  }

  /**
   * Reads and checks the header of a file.
   *
   * @throws EngineException if the file is not of this kind, is damaged or has a newer format
   */
  public static LogHeader read(
      VfsFile file, Path path, long magic, int newestFormat, NativeMemory memory)
      throws IOException {
    long buffer = memory.allocate(BYTES, MemoryTag.WAL_BUFFER);
    try {
      int length = file.read(0, buffer, BYTES);
      long payload = buffer + LogFormat.HEADER_BYTES;
      if (length < BYTES) {
        throw damaged(path, "ends within its header");
      }
      LogHeader header =
          new LogHeader(
              Memory.getLong(payload),
              Memory.getInt(payload + 8),
              Memory.getLong(payload + 12),
              Memory.getLong(payload + 20),
              Memory.getLong(payload + 28),
              Memory.getLong(payload + 36));
      int type = LogFormat.intactType(buffer, BYTES, header.salt, 0);
      if (type != LogFormat.FULL || header.magic != magic) {
        throw damaged(path, "has a damaged header at offset 0");
      }
      if (header.format < 1 || header.format > newestFormat) {
        throw new EngineException(
            Kind.UNSUPPORTED_FORMAT,
            path
                + " has format "
                + header.format
                + "; this release reads formats 1 to "
                + newestFormat
                + ": use a newer release");
      }
      return header;
    } finally {
      memory.free(buffer, BYTES, MemoryTag.WAL_BUFFER);
    }
  }

  /**
   * The header in words.
   *
   * @param what kind of file
   * @param numberName what its number is called
   */
  public Inspected inspected(String what, String numberName) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("format", "" + format);
    fields.put("database", "" + owner);
    fields.put(numberName, "" + number);
    fields.put("salt", "%016x".formatted(salt));
    return new Inspected(what, fields);
  }

  private static EngineException damaged(Path path, String what) {
    return new EngineException(Kind.CORRUPTION, path + " " + what);
  }
}
