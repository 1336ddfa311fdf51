package io.velocitydb.engine.sstable;

import com.github.luben.zstd.Zstd;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import net.jpountz.lz4.LZ4Exception;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings checked, uncompressed blocks from one open file into pins. Thread-safe. */
public final class TableFile implements AutoCloseable {
  /** A block is not believed to grow by more: LZ4 cannot, and our blocks never do. */
  private static final Logger LOG = LoggerFactory.getLogger(TableFile.class);

  private static final long MAX_EXPANSION = 256;

  /** Nor to be larger than this, whatever it says. */
  private static final int MAX_BLOCK_BYTES = 1 << 30;

  private final VfsFile file;
  private final Path path;
  private final TableMetrics metrics;
  private long salt;

  /** Takes over the file. */
  public TableFile(VfsFile file, Path path, TableMetrics metrics) {
    this.file = file;
    this.path = path;
    this.metrics = metrics;
  }

  /** The same file opened once more. */
  TableFile again(VfsFile sameFile) {
    return new TableFile(sameFile, path, metrics);
  }

  /** Set when the footer or header was read. */
  public void salt(long value) {
    salt = value;
  }

  /** Reads a block, checks it and leaves it uncompressed in {@code into}. */
  public void read(long offset, int storedLength, BlockKind kind, BlockPin into) {
    long address = reserve(offset, storedLength, into);
    readFully(offset, address, storedLength);
    accept(offset, storedLength, kind, into);
  }

  /** As above, of a block whose bytes were read with others and lie at {@code from}. */
  void take(long from, long offset, int storedLength, BlockKind kind, BlockPin into) {
    Memory.copy(from, reserve(offset, storedLength, into), storedLength);
    accept(offset, storedLength, kind, into);
  }

  private long reserve(long offset, int storedLength, BlockPin into) {
    into.release();
    if (storedLength <= BlockTrailer.BYTES) {
      throw damaged(offset, "a block of " + storedLength + " bytes");
    }
    return into.stored().reserve(storedLength);
  }

  /** Checks a block that lies in the pin as it is stored. */
  private void accept(long offset, int storedLength, BlockKind kind, BlockPin into) {
    int length = storedLength - BlockTrailer.BYTES;
    long address = into.stored().address();
    long trailer = address + length;
    metrics.countBlockRead(storedLength);
    if (!matches(address, length, offset)) {
      // Once more: a bit may have flipped on its way here, not on the disk.
      metrics.countChecksumRetry();
      readFully(offset, address, storedLength);
      if (!matches(address, length, offset)) {
        throw damaged(offset, "checksum mismatch in a " + describe(kind) + " block");
      }
    }
    if (Memory.getByte(trailer + BlockTrailer.KIND) != kind.id()
        || Memory.getShort(trailer + BlockTrailer.ZERO) != 0) {
      throw damaged(offset, "not a " + describe(kind) + " block");
    }
    int uncompressed = Memory.getInt(trailer + BlockTrailer.UNCOMPRESSED_LENGTH);
    int compression = Memory.getByte(trailer + BlockTrailer.COMPRESSION);
    if (compression == BlockCompression.NONE.id()) {
      if (uncompressed != length) {
        throw damaged(offset, "an impossible block length");
      }
      into.set(address, length);
      return;
    }
    if (uncompressed < 1
        || uncompressed > MAX_BLOCK_BYTES
        || (compression == BlockCompression.LZ4.id() && uncompressed > length * MAX_EXPANSION)) {
      throw damaged(offset, "an impossible uncompressed length");
    }
    NativeBuffer contents = into.contents();
    contents.reserve(uncompressed);
    if (decompress(compression, into.stored(), length, contents, uncompressed) != uncompressed) {
      throw damaged(offset, "a block that does not decompress");
    }
    into.set(contents.address(), uncompressed);
  }

  /** As {@link #read}, for a reader who waits for it. */
  void readForCache(long offset, int storedLength, BlockKind kind, BlockPin into) {
    long begun = metrics.nanoTime();
    read(offset, storedLength, kind, into);
    metrics.countWait(begun);
  }

  private static long decompress(
      int compression, NativeBuffer from, int fromLength, NativeBuffer to, int toLength) {
    if (compression == BlockCompression.LZ4.id()) {
      try {
        return Lz4.DECOMPRESSOR.decompress(from.view(), 0, fromLength, to.view(), 0, toLength);
      } catch (LZ4Exception e) {
        return -1;
      }
    }
    if (compression == BlockCompression.ZSTANDARD.id()) {
      return Zstd.decompressUnsafe(to.address(), toLength, from.address(), fromLength);
    }
    return -1;
  }

  private boolean matches(long address, int length, long offset) {
    return Memory.getLong(address + length + BlockTrailer.CHECKSUM)
        == BlockTrailer.checksum(address, length, salt, offset);
  }

  private static String describe(BlockKind kind) {
    return switch (kind) {
      case DATA -> "data";
      case RANGE_TOMBSTONES -> "range tombstone";
      case FILTER -> "filter";
      case INDEX -> "index";
      case PROPERTIES -> "properties";
      case BLOB -> "value";
      case TOP_INDEX -> "top index";
      case FILTER_PARTITION -> "filter partition";
    };
  }

  /** Reads bytes that must exist. */
  public void readFully(long offset, long address, int length) {
    int read;
    try {
      read = file.read(offset, address, length);
    } catch (IOException e) {
      throw new EngineException(
          EngineException.Kind.STORAGE_ERROR,
          Outcome.NOT_APPLIED,
          "cannot read " + path + " at offset " + offset + ": " + e.getMessage(),
          e);
    }
    if (read < length) {
      throw damaged(offset + read, "the file ends too early");
    }
  }

  /**
   * Reads bytes that may be wanted later.
   *
   * @return how many could be read, perhaps none; who wants the others learns why by reading them
   */
  int readSome(long offset, long address, int length) {
    try {
      return file.read(offset, address, length);
    } catch (IOException e) {
      LOG.debug("not read ahead: {} bytes at {} of {}", length, offset, path, e);
      return 0;
    }
  }

  /** Length of the file in bytes. */
  public long size() {
    try {
      return file.size();
    } catch (IOException e) {
      throw new EngineException(
          EngineException.Kind.STORAGE_ERROR,
          Outcome.NOT_APPLIED,
          "cannot read the size of " + path + ": " + e.getMessage(),
          e);
    }
  }

  /** The error for bytes that contradict their checksum or each other; counted. */
  public EngineException damaged(long offset, String what) {
    metrics.countCorruption();
    return new EngineException(
        EngineException.Kind.CORRUPTION,
        path
            + " is damaged at offset "
            + offset
            + ": "
            + what
            + "; check the disk, and restore from a backup");
  }

  /** For messages. */
  public Path path() {
    return path;
  }

  /** Never throws: it was only read, so nothing can be lost, and others are to be closed, too. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("closing {} failed: {}", path, e.toString());
    }
  }
}
