package io.velocitydb.engine.blob;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.BlockKind;
import io.velocitydb.engine.sstable.TableFile;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.vfs.VfsFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads values of one blob file. Thread-safe; the file is immutable. Every chunk is checked when it
 * is read; damage throws {@link EngineException} of kind CORRUPTION with file and offset.
 */
public final class BlobReader implements AutoCloseable {
  /** Larger values are not left in the cache: one would push out many blocks. */
  private static final int MOST_CACHED_BYTES = 256 * 1024;

  /**
   * A cache knows a value by its place in units of so many bytes. No two values begin in the same
   * unit, since each has a trailer of that length and at least one byte.
   */
  private static final int CACHE_UNIT_BITS = 4;

  private final TableFile file;
  private final NativeMemory memory;
  private final @Nullable CachedFile cached;
  private final long database;
  private final BlobFileInfo expected;

  /** Written after the salt, so that who sees it sees that, too. */
  private volatile boolean checked;

  /**
   * A reader that touches the file only when a value is read; takes the file over.
   *
   * @param database number of the database that it belongs to
   * @param cache for its values; null for none
   */
  public BlobReader(
      VfsFile file,
      Path path,
      long database,
      BlobFileInfo expected,
      NativeMemory memory,
      TableMetrics metrics,
      @Nullable BlockCache cache) {
    this.file = new TableFile(file, path, metrics);
    this.database = database;
    this.expected = expected;
    this.memory = memory;
    this.cached = cache == null ? null : cache.file();
  }

  /** Checks that the file is the one that the manifest means, unless that was done. */
  public void check() {
    if (checked) {
      return;
    }
    try (NativeBuffer buffer = new NativeBuffer(memory, MemoryTag.BLOCK)) {
      long size = file.size();
      if (size != expected.bytes()) {
        throw file.damaged(
            Math.min(size, expected.bytes()),
            "the file has " + size + " bytes, not " + expected.bytes());
      }
      file.salt(BlobHeader.read(file, database, expected.number(), buffer));
      checked = true;
    }
  }

  /**
   * Brings the value of a pointer into a pin; allocates nothing for values of one chunk.
   *
   * @param pointerAddress native address of a {@link BlobPointer} to this file
   * @param mayBlock whether the file may be read
   * @return false if the file would have to be read
   */
  public boolean read(
      long pointerAddress, int pointerLength, CacheUse use, boolean mayBlock, BlockPin into) {
    into.release();
    int chunks = BlobPointer.chunks(pointerLength);
    long offset = BlobPointer.offset(pointerAddress);
    int length = BlobPointer.length(pointerAddress);
    check(pointerAddress, pointerLength, offset, length);
    if (chunks > 1) {
      if (mayBlock) {
        check();
        readChunks(pointerAddress, chunks, offset, length, into);
      }
      return mayBlock;
    }
    int unit = (int) (offset >>> CACHE_UNIT_BITS);
    CachedFile cache =
        use == CacheUse.BYPASS || length > MOST_CACHED_BYTES || !isCacheable(offset)
            ? null
            : cached;
    if (cache != null && cache.pin(unit, into)) {
      return true;
    }
    if (!mayBlock) {
      return false;
    }
    check();
    file.read(offset, BlobPointer.storedLength(pointerAddress, 0), BlockKind.BLOB, into);
    if (into.length() != length) {
      throw file.damaged(offset, "a value of " + into.length() + " bytes, not " + length);
    }
    if (cache != null && use == CacheUse.FILL) {
      cache.offer(unit, into);
    }
    return true;
  }

  private static boolean isCacheable(long offset) {
    return offset >>> CACHE_UNIT_BITS < 1L << BlockCache.BLOCK_BITS;
  }

  private void check(long pointerAddress, int pointerLength, long offset, int length) {
    long stored = BlobPointer.storedBytes(pointerAddress, pointerLength);
    if (offset < BlobHeader.BYTES || length < 0 || stored > expected.bytes() - offset) {
      throw file.damaged(offset, "a pointer to " + stored + " bytes outside the file");
    }
  }

  private void readChunks(long pointerAddress, int chunks, long offset, int length, BlockPin into) {
    long target = into.contents().reserve(length);
    long at = offset;
    int done = 0;
    try (BlockPin chunk = new BlockPin(memory)) {
      for (int i = 0; i < chunks; i++) {
        int stored = BlobPointer.storedLength(pointerAddress, i);
        file.read(at, stored, BlockKind.BLOB, chunk);
        if (chunk.length() > length - done) {
          throw file.damaged(at, "chunks longer than their value");
        }
        Memory.copy(chunk.address(), target + done, chunk.length());
        done += chunk.length();
        at += stored;
      }
    }
    if (done != length) {
      throw file.damaged(offset, "a value of " + done + " bytes, not " + length);
    }
    into.set(target, length);
  }

  /** The error for a pointer that makes no sense. */
  public EngineException damaged(long offset, String what) {
    return file.damaged(offset, what);
  }

  /** Gives file and cache back; nobody may hold a value any more. */
  @Override
  public void close() {
    if (cached != null) {
      cached.close();
    }
    file.close();
  }
}
