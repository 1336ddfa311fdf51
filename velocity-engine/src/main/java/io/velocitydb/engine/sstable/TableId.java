package io.velocitydb.engine.sstable;

import io.velocitydb.engine.checksum.XxHash64;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Which table a file is. Every table carries it, so that one that stands in another's place is
 * noticed.
 *
 * @param database number of the database that it belongs to
 * @param fileNumber names the file
 */
public record TableId(long database, long fileNumber) {
  static final int BYTES = 2 * Long.BYTES;

  /** What a file says of itself; not checked. */
  public static TableId of(Vfs vfs, Path path, NativeMemory memory) throws IOException {
    long buffer = memory.allocate(BYTES, MemoryTag.CURSOR);
    try (VfsFile file = vfs.open(path, Vfs.Mode.READ)) {
      long footer = file.size() - TableFooter.BYTES;
      boolean there = footer >= 0 && file.read(footer, buffer, BYTES) == BYTES;
      return there ? read(buffer) : new TableId(0, 0);
    } finally {
      memory.free(buffer, BYTES, MemoryTag.CURSOR);
    }
  }

  static TableId read(long address) {
    return new TableId(Memory.getLong(address), Memory.getLong(address + Long.BYTES));
  }

  void write(long address) {
    Memory.putLong(address, database);
    Memory.putLong(address + Long.BYTES, fileNumber);
  }

  /**
   * What the checksums of its blocks start from: XXH64, seed 0, of both numbers.
   *
   * @param scratch native address of {@link #BYTES} bytes
   */
  long salt(long scratch) {
    write(scratch);
    return XxHash64.hash(scratch, BYTES, 0);
  }

  @Override
  public String toString() {
    return "table " + fileNumber + " of database " + database;
  }

  /** Whether this is a {@code .velo} file, which belongs to no database and may be empty. */
  boolean isPortable() {
    return database == 0 && fileNumber == 0;
  }
}
