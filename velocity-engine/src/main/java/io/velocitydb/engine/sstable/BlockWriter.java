package io.velocitydb.engine.sstable;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Appends blocks to a file, compressed and with trailers, in large writes. Not thread-safe.
 *
 * <p>Zstandard takes several times the work of LZ4, when writing and when reading, and of some data
 * it makes no less. So where it is asked for, the first blocks are compressed both ways, and the
 * rest of the file with LZ4 unless Zstandard made a good deal less of those.
 */
public final class BlockWriter implements AutoCloseable {
  /** Bytes that are gathered before they go to the file. */
  private static final int FLUSH_BYTES = 256 * 1024;

  /** Higher ones make hardly less of blocks of some kilobytes. */
  private static final int ZSTANDARD_LEVEL = 1;

  /** Blocks that are compressed both ways. */
  private static final int TRIAL_BLOCKS = 8;

  private final VfsFile file;
  private final long salt;
  private final NativeBuffer out;
  private final NativeBuffer source;
  private @Nullable ZstdCompressCtx zstandard;
  private int pending;
  private long written;

  private int tried;
  private long triedLz4Bytes;
  private long triedZstandardBytes;

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
    BlockCompression used = compression;
    int stored;
    if (compression == BlockCompression.ZSTANDARD && tried < TRIAL_BLOCKS) {
      stored = tryBoth(address, length, bound);
    } else {
      if (compression == BlockCompression.ZSTANDARD && !zstandardPays()) {
        used = BlockCompression.LZ4;
      }
      stored = compress(used, address, length, bound);
    }
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
      case LZ4 -> Lz4.COMPRESSOR.maxCompressedLength(length);
      case ZSTANDARD ->
          Math.max(
              Lz4.COMPRESSOR.maxCompressedLength(length),
              Math.toIntExact(Zstd.compressBound(length)));
    };
  }

  /** Leaves what Zstandard makes of the block. */
  private int tryBoth(long address, int length, int bound) {
    int lz4 = compress(BlockCompression.LZ4, address, length, bound);
    int zstandardBytes = compress(BlockCompression.ZSTANDARD, address, length, bound);
    tried++;
    triedLz4Bytes += lz4 == 0 ? length : lz4;
    triedZstandardBytes += zstandardBytes == 0 ? length : zstandardBytes;
    return zstandardBytes;
  }

  private boolean zstandardPays() {
    return triedZstandardBytes <= triedLz4Bytes - triedLz4Bytes / 8;
  }

  /** Compresses to the end of what is pending; 0 when it does not pay. */
  private int compress(BlockCompression compression, long address, int length, int bound) {
    if (compression == BlockCompression.NONE) {
      return 0;
    }
    Memory.copy(address, source.reserve(length), length);
    int compressed =
        compression == BlockCompression.LZ4
            ? Lz4.COMPRESSOR.compress(source.view(), 0, length, out.view(), pending, bound)
            : zstandard()
                .compressDirectByteBuffer(out.view(), pending, bound, source.view(), 0, length);
    return compressed > 0 && compressed <= length - length / 8 ? compressed : 0;
  }

  private ZstdCompressCtx zstandard() {
    ZstdCompressCtx context = zstandard;
    if (context == null) {
      context = new ZstdCompressCtx();
      context.setLevel(ZSTANDARD_LEVEL);
      zstandard = context;
    }
    return context;
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
    ZstdCompressCtx context = zstandard;
    if (context != null) {
      context.close();
      zstandard = null;
    }
  }
}
