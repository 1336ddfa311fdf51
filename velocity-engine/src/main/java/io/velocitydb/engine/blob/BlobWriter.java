package io.velocitydb.engine.blob;

import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.BlockCompression;
import io.velocitydb.engine.sstable.BlockHandle;
import io.velocitydb.engine.sstable.BlockKind;
import io.velocitydb.engine.sstable.BlockWriter;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes one blob file: values, then {@link #finish()}. Not thread-safe. Close it in any case; a
 * file that was not finished is one that no manifest names.
 */
public final class BlobWriter implements AutoCloseable {
  /** Values are stored in chunks of this length, so that no copy or checksum takes long. */
  public static final int CHUNK_BYTES = 1 << 20;

  private final VfsFile file;
  private final long number;
  private final BlockCompression compression;
  private final int chunkBytes;
  private final BlockWriter blocks;
  private final NativeBuffer pointer;
  private int pointerLength;
  private boolean closed;

  /**
   * Creates the file.
   *
   * @param database number of the database that it belongs to
   * @param number names the file
   * @param chunkBytes most bytes of a chunk; {@link #CHUNK_BYTES} but for tests
   */
  public BlobWriter(
      Vfs vfs,
      Path path,
      long database,
      long number,
      BlockCompression compression,
      int chunkBytes,
      NativeMemory memory)
      throws IOException {
    this.file = vfs.open(path, Vfs.Mode.CREATE);
    this.number = number;
    this.compression = compression;
    this.chunkBytes = chunkBytes;
    this.pointer = new NativeBuffer(memory, MemoryTag.COMPACTION);
    long header = pointer.reserve(BlobHeader.BYTES);
    long salt = BlobHeader.write(header, database, number);
    this.blocks = new BlockWriter(file, salt, memory);
    blocks.appendRaw(header, BlobHeader.BYTES);
  }

  /** Appends a value; {@link #pointerAddress()} then tells where it lies. */
  public void add(long valueAddress, int length) throws IOException {
    int chunks = Math.max(1, Math.ceilDiv(length, chunkBytes));
    pointerLength = BlobPointer.bytes(chunks);
    long address = pointer.reserve(pointerLength);
    BlobPointer.write(address, number, blocks.position(), length);
    for (int i = 0; i < chunks; i++) {
      int from = i * chunkBytes;
      BlockHandle handle =
          blocks.append(
              BlockKind.BLOB,
              compression,
              valueAddress + from,
              Math.min(chunkBytes, length - from));
      BlobPointer.chunk(address, i, handle.length());
    }
  }

  /** Native address of the pointer to the last value; valid until the next. */
  public long pointerAddress() {
    return pointer.address();
  }

  /** Its length. */
  public int pointerLength() {
    return pointerLength;
  }

  /** Number of the file. */
  public long number() {
    return number;
  }

  /** Bytes of the file so far. */
  public long bytes() {
    return blocks.position();
  }

  /** Syncs and closes the file; its name is not durable yet. */
  public BlobFileInfo finish() throws IOException {
    blocks.flush();
    file.sync();
    BlobFileInfo info = new BlobFileInfo(number, blocks.position());
    close();
    return info;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      blocks.close();
      pointer.close();
      file.close();
    }
  }
}
