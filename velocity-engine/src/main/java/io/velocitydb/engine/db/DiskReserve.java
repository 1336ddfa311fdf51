package io.velocitydb.engine.db;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of zeros that is given up when the disk is full, so that what frees space (deletes, flush,
 * merges) still finds some. Writes are refused from the first failure until the file is back.
 * Thread-safe.
 */
final class DiskReserve {
  static final String FILE = "RESERVE";

  private static final Logger LOG = LoggerFactory.getLogger(DiskReserve.class);
  private static final String NEW_FILE = "RESERVE.new";
  private static final long LEAST_BYTES = 256 * 1024;
  private static final long MOST_BYTES = 64L << 20;
  private static final int CHUNK_BYTES = 256 * 1024;

  private final Vfs vfs;
  private final Path directory;
  private final NativeMemory memory;
  private final long wantedBytes;
  private volatile boolean full;
  private boolean present;

  /**
   * @param usefulBytes what a flush may need
   */
  DiskReserve(Vfs vfs, Path directory, NativeMemory memory, long usefulBytes) {
    this.vfs = vfs;
    this.directory = directory;
    this.memory = memory;
    this.wantedBytes = Math.clamp(usefulBytes, LEAST_BYTES, MOST_BYTES);
  }

  /** Whether writes are refused for want of space. */
  boolean full() {
    return full;
  }

  /** A file operation found no space. */
  void foundFull() {
    if (!full) {
      full = true;
      LOG.warn(
          "no space left for {}: writes are refused, deletes go on; free some space", directory);
    }
  }

  /** Something that needs space, and may be tried again when there was none. */
  interface Attempt {
    void run() throws IOException;
  }

  /** Runs what must go on; when it finds the disk full, gives the reserve up for it. */
  void withReserve(Attempt attempt) throws IOException {
    try {
      attempt.run();
    } catch (DiskFullException e) {
      foundFull();
      if (!release()) {
        throw e;
      }
      attempt.run();
    }
  }

  /** Gives the reserve up; false when it was given up before. */
  synchronized boolean release() throws IOException {
    if (!present) {
      return false;
    }
    vfs.delete(directory.resolve(FILE));
    present = false;
    return true;
  }

  /** Brings the reserve back, if there is space; whether it is there. */
  synchronized boolean restore() throws IOException {
    Path path = directory.resolve(FILE);
    present = present || vfs.exists(path);
    if (present) {
      full = false;
      return true;
    }
    long usable = vfs.usableSpace(directory);
    long bytes = Math.min(wantedBytes, usable / 8);
    if (bytes < Math.min(LEAST_BYTES, wantedBytes) / 8) {
      foundFull();
      return false;
    }
    Path fresh = directory.resolve(NEW_FILE);
    if (vfs.exists(fresh)) {
      vfs.delete(fresh);
    }
    try {
      writeZeros(fresh, bytes);
    } catch (IOException e) {
      if (vfs.exists(fresh)) {
        vfs.delete(fresh);
      }
      if (e instanceof DiskFullException) {
        foundFull();
        return false;
      }
      throw e;
    }
    // No sync: the file holds nothing, only its blocks count.
    vfs.rename(fresh, path);
    present = true;
    if (full) {
      full = false;
      LOG.info("space is left again for {}: writes are taken", directory);
    }
    return true;
  }

  private void writeZeros(Path path, long bytes) throws IOException {
    long zeros = memory.allocate(CHUNK_BYTES, MemoryTag.WAL_BUFFER);
    try (VfsFile file = vfs.open(path, Vfs.Mode.CREATE)) {
      Memory.fill(zeros, CHUNK_BYTES, (byte) 0);
      for (long at = 0; at < bytes; at += CHUNK_BYTES) {
        file.write(at, zeros, (int) Math.min(CHUNK_BYTES, bytes - at));
      }
    } finally {
      memory.free(zeros, CHUNK_BYTES, MemoryTag.WAL_BUFFER);
    }
  }
}
