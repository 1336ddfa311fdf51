package io.velocitydb.engine.log;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;

/** A file that is filled with zeros ahead of use. Not thread-safe. */
final class ZeroedFile {
  private static final int ZERO_BYTES = 64 * 1024;
  private static final int OVERWRITE_BYTES = 2 * ZERO_BYTES;

  private final VfsFile file;
  private final NativeMemory memory;
  private final long step;
  private final long fileBytes;
  private long zeroedTo;

  /**
   * @param from offset from which on nothing is known to be there
   * @param step by how many bytes the zeros go on at most, where less is needed (in a short file
   *     less); 0 for none at all
   * @param fileBytes bytes that the file has already, of an earlier life
   */
  ZeroedFile(VfsFile file, NativeMemory memory, long from, long step, long fileBytes) {
    this.file = file;
    this.memory = memory;
    this.step = step;
    this.fileBytes = fileBytes;
    this.zeroedTo = from;
  }

  /** Offset up to which the file has bytes of this life. */
  long end() {
    return zeroedTo;
  }

  /** Offset up to which the file has bytes of any life. */
  long fileEnd() {
    return Math.max(fileBytes, zeroedTo);
  }

  /** Bytes up to {@code position} were written. */
  void written(long position) {
    zeroedTo = Math.max(zeroedTo, position);
  }

  /**
   * Sees to it that there are bytes up to {@code wanted} and behind it, to whole frames: so zeros
   * follow what is written, and the rest of its frame never shows an earlier life.
   */
  void reserve(long wanted) throws IOException {
    if (step == 0 || wanted < zeroedTo) {
      return;
    }
    // To overwrite costs the same in small pieces; a longer file is one more thing to sync.
    long ahead =
        zeroedTo < fileBytes
            ? Math.min(step, OVERWRITE_BYTES)
            : Math.clamp(zeroedTo, ZERO_BYTES, step);
    long target = Math.max(wanted + 1, zeroedTo + ahead);
    target = (target + LogFormat.FRAME_BYTES - 1) / LogFormat.FRAME_BYTES * LogFormat.FRAME_BYTES;
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
}
