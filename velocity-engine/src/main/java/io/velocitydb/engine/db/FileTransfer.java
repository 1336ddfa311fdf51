package io.velocitydb.engine.db;

import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.CannotLinkException;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Gives files that will never change again a second place: by a hard link, or by a synced copy
 * where there are none. The names still have to be made durable. Not thread-safe.
 */
final class FileTransfer {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Vfs vfs;
  private final NativeMemory memory;
  private final Runnable whileCopying;
  private boolean linking = true;
  private int files;
  private long bytes;
  private long copiedBytes;

  /**
   * @param whileCopying called between chunks; what it throws ends the copying
   */
  FileTransfer(Vfs vfs, NativeMemory memory, Runnable whileCopying) {
    this.vfs = vfs;
    this.memory = memory;
    this.whileCopying = whileCopying;
  }

  int files() {
    return files;
  }

  /** Bytes of all files. */
  long bytes() {
    return bytes;
  }

  /** Bytes of those that had to be copied. */
  long copiedBytes() {
    return copiedBytes;
  }

  /** Links or copies one file. */
  void place(Path from, Path to) throws IOException {
    whileCopying.run();
    long length = vfs.size(from);
    if (!link(from, to)) {
      copy(from, to, length);
      copiedBytes += length;
    }
    files++;
    bytes += length;
  }

  private boolean link(Path from, Path to) throws IOException {
    if (linking) {
      try {
        vfs.link(from, to);
        return true;
      } catch (CannotLinkException e) {
        linking = false;
      }
    }
    return false;
  }

  private void copy(Path from, Path to, long length) throws IOException {
    long buffer = memory.allocate(CHUNK_BYTES, MemoryTag.COMPACTION);
    try (VfsFile in = vfs.open(from, Vfs.Mode.READ);
        VfsFile out = vfs.open(to, Vfs.Mode.CREATE)) {
      for (long at = 0; at < length; ) {
        whileCopying.run();
        int wanted = (int) Math.min(CHUNK_BYTES, length - at);
        int read = in.read(at, buffer, wanted);
        if (read < wanted) {
          throw new IOException(from + " ends at " + (at + read) + " all at once");
        }
        out.write(at, buffer, read);
        at += read;
      }
      out.sync();
    } finally {
      memory.free(buffer, CHUNK_BYTES, MemoryTag.COMPACTION);
    }
  }
}
