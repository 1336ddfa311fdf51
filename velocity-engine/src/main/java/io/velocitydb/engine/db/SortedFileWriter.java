package io.velocitydb.engine.db;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.PortableFile;
import io.velocitydb.engine.PortableFileWriter;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes a {@code .velo} file from what a caller has sorted. Not thread-safe. */
final class SortedFileWriter implements PortableFileWriter {
  /** All entries have it; those who ingest the file give them another. */
  private static final long VERSION = 1;

  private final Path file;
  private final PortableTable table;
  private final NativeBuffer entry;
  private byte[] last = new byte[0];

  SortedFileWriter(Vfs vfs, Path file, NativeMemory memory) {
    this.file = file;
    try {
      table = new PortableTable(vfs, file, memory);
    } catch (IOException e) {
      throw FileErrors.of(file, e);
    }
    entry = new NativeBuffer(memory, MemoryTag.COMPACTION);
  }

  @Override
  public void add(byte[] key, byte[] value, byte encoding, long expiresAtMs) {
    if (key.length < 1 || expiresAtMs < 0) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT,
          "a key has 1 to " + Database.MAX_KEY_BYTES + " bytes, an expiry is 0 or later");
    }
    PortableTable.checkLimits(file, key.length, value.length);
    if (Arrays.compareUnsigned(key, last) <= 0) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "keys must come in ascending order, each once; this one does not");
    }
    long address = entry.reserve(key.length + value.length);
    Memory.copy(key, 0, address, key.length);
    Memory.copy(value, 0, address + key.length, value.length);
    try {
      table.add(
          VERSION, encoding, expiresAtMs, address, key.length, address + key.length, value.length);
    } catch (IOException e) {
      throw FileErrors.of(file, e);
    }
    last = key.clone();
  }

  @Override
  public PortableFile finish() {
    try {
      return table.finish();
    } catch (IOException e) {
      throw FileErrors.of(file, e);
    }
  }

  @Override
  public void close() {
    entry.close();
    try {
      table.close();
    } catch (IOException e) {
      throw FileErrors.of(file, e);
    }
  }
}
