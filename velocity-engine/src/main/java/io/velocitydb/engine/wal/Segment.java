package io.velocitydb.engine.wal;

import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.log.LogHeader;
import io.velocitydb.engine.log.LogWriter;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A segment file that is being written. Created with its header and its first zeros synced and its
 * name durable; then the manifest names it, and only then it is written. The header tells how many
 * bytes that were: a named segment that is shorter was cut.
 */
public final class Segment implements AutoCloseable {
  private static final long MOST_ZEROS = 1L << 20;

  private final long number;
  private final long salt;
  private final Path path;
  private final VfsFile file;
  private final LogWriter writer;
  private boolean closed;

  private Segment(long number, long salt, Path path, VfsFile file, LogWriter writer) {
    this.number = number;
    this.salt = salt;
    this.path = path;
    this.file = file;
    this.writer = writer;
  }

  /**
   * Creates a segment. After a failure there may be a file of that name, which recovery removes.
   *
   * @param salt random, for this life of the file
   * @param segmentBytes size that the segment is meant to have
   * @param way how it is written; not {@code AUTO}
   * @param usedBefore whether there is a file of that name, whose contents are not needed
   */
  static Segment create(
      Vfs vfs,
      Path directory,
      NativeMemory memory,
      long owner,
      long number,
      long salt,
      long segmentBytes,
      WalIo way,
      boolean usedBefore)
      throws IOException {
    Path path = WalFormat.SEGMENTS.path(directory, number);
    long fileBytes = usedBefore ? vfs.size(path) : 0;
    VfsFile file = vfs.open(path, usedBefore ? Vfs.Mode.READ_WRITE : Vfs.Mode.CREATE);
    LogWriter writer =
        new LogWriter(
            WalOutputs.create(way, file, memory, zeroStep(segmentBytes), fileBytes), salt, 0);
    try {
      writer.reserve(LogHeader.BYTES);
      new LogHeader(WalFormat.MAGIC, WalFormat.FORMAT, salt, owner, number, writer.reservedTo())
          .write(writer, true);
      writer.flush();
      writer.sync();
      vfs.syncDirectory(directory);
    } catch (IOException | RuntimeException | Error e) {
      try (file;
          writer) {
        throw e;
      }
    }
    return new Segment(number, salt, path, file, writer);
  }

  private static long zeroStep(long segmentBytes) {
    return Math.clamp(segmentBytes / 16, WalOutputs.LEAST_STEP_BYTES, MOST_ZEROS);
  }

  /** Removes what a failed {@link #create} may have left. */
  public static void remove(Vfs vfs, Path directory, long number) throws IOException {
    Path path = WalFormat.SEGMENTS.path(directory, number);
    if (vfs.exists(path)) {
      vfs.delete(path);
    }
  }

  /** Names the file. */
  public long number() {
    return number;
  }

  /** Seed of its checksums. */
  public long salt() {
    return salt;
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Makes all durable that was written. Beside the writing thread. */
  void sync() throws IOException {
    writer.sync();
  }

  LogWriter writer() {
    return writer;
  }

  /**
   * Gives the write buffer back when no more is written; the file may still be synced. Who finds
   * that the segment is not needed any more may close it at the same moment.
   */
  synchronized void endWriting() throws IOException {
    if (!closed) {
      writer.handOver();
      writer.close();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try (file) {
      writer.close();
    }
  }
}
