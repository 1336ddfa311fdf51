package io.velocitydb.engine.sstable;

import com.github.luben.zstd.Zstd;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Appends blocks to a file, compressed and with trailers, in large writes. Not thread-safe. */
public final class BlockWriter implements AutoCloseable {
  /** Bytes that are gathered before they go to the file. */
  private static final int FLUSH_BYTES = 256 * 1024;

  private static final int ZSTANDARD_LEVEL = 3;
  private static final LZ4Compressor LZ4 = LZ4Factory.fastestInstance().fastCompressor();

  private final VfsFile file;
  private final long salt;
  private final NativeBuffer out;
  private final NativeBuffer source;
  private int pending;
  private long written;

  /**
   * Writes from the beginning of a file.
   *
   * @param salt what the checksums start from
   */
  public BlockWriter(VfsFile file, long salt, NativeMemory memory) {
    this.file = file;
    this.salt = salt;
    out = new NativeBuffer(memory, MemoryTag.COMPACTION);
    source = new NativeBuffer(memory, MemoryTag.COMPACTION);
  }

  /** Bytes appended so far. */
  public long position() {
    return written + pending;
  }

  /** Appends a block and returns where it lies. */
  public BlockHandle append(BlockKind kind, BlockCompression compression, long address, int length)
      throws IOException {
    long offset = position();
    int bound = Math.max(length, bound(compression, length));
    long at = out.grow(Math.addExact(pending, bound + BlockTrailer.BYTES), pending) + pending;
    int stored = compress(compression, address, length, bound);
    BlockCompression used = compression;
    if (stored == 0) {
      Memory.copy(address, at, length);
      stored = length;
      used = BlockCompression.NONE;
    }
    long trailer = at + stored;
    Memory.putInt(trailer + BlockTrailer.UNCOMPRESSED_LENGTH, length);
    Memory.putByte(trailer + BlockTrailer.COMPRESSION, (byte) used.id());
    Memory.putByte(trailer + BlockTrailer.KIND, (byte) kind.id());
    Memory.putShort(trailer + BlockTrailer.ZERO, (short) 0);
    Memory.putLong(
        trailer + BlockTrailer.CHECKSUM, BlockTrailer.checksum(at, stored, salt, offset));
    pending += stored + BlockTrailer.BYTES;
    if (pending >= FLUSH_BYTES) {
      flush();
    }
    return new BlockHandle(offset, stored + BlockTrailer.BYTES);
  }

  private static int bound(BlockCompression compression, int length) {
    return switch (compression) {
      case NONE -> length;
      case LZ4 -> LZ4.maxCompressedLength(length);
      case ZSTANDARD -> Math.toIntExact(Zstd.compressBound(length));
    };
  }

  /** Compresses to the end of what is pending; 0 when it does not pay. */
  private int compress(BlockCompression compression, long address, int length, int bound) {
    long compressed =
        switch (compression) {
          case NONE -> 0;
          case LZ4 -> {
            Memory.copy(address, source.reserve(length), length);
            yield LZ4.compress(source.view(), 0, length, out.view(), pending, bound);
          }
          case ZSTANDARD ->
              Zstd.compressUnsafe(out.address() + pending, bound, address, length, ZSTANDARD_LEVEL);
        };
    return compressed > 0 && compressed <= length - length / 8 ? (int) compressed : 0;
  }

  /** Appends bytes as they are. */
  public void appendRaw(long address, int length) throws IOException {
    Memory.copy(address, out.grow(Math.addExact(pending, length), pending) + pending, length);
    pending += length;
  }

  /** Hands everything to the file. */
  public void flush() throws IOException {
    if (pending > 0) {
      file.write(written, out.address(), pending);
      written += pending;
      pending = 0;
    }
  }

  @Override
  public void close() {
    out.close();
    source.close();
  }
}
