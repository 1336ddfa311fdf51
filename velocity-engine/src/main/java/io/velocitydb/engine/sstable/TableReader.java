package io.velocitydb.engine.sstable;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.block.DataBlock;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.cursor.EntryKind;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one SSTable. Thread-safe; the file is immutable. Index, filter and range tombstones stay in
 * memory, data blocks are read when they are needed, and left in a cache if there is one.
 *
 * <p>Every block is checked when it is read; damage throws {@link EngineException} of kind
 * CORRUPTION with file and offset. It is born with one reference; memory and file go when the last
 * one who {@link #retain()}s releases.
 */
public final class TableReader {
  private final TableFile file;
  private final NativeMemory memory;
  private final TableProperties properties;
  private final @Nullable TableIndex index;
  private final @Nullable FilterBlock filter;
  private final @Nullable TableRangeTombstones rangeTombstones;
  private final @Nullable CachedFile cached;
  private final AtomicInteger references = new AtomicInteger(1);

  private TableReader(
      TableFile file,
      NativeMemory memory,
      TableProperties properties,
      @Nullable TableIndex index,
      @Nullable FilterBlock filter,
      @Nullable TableRangeTombstones rangeTombstones,
      @Nullable BlockCache cache) {
    this.file = file;
    this.memory = memory;
    this.properties = properties;
    this.index = index;
    this.filter = filter;
    this.rangeTombstones = rangeTombstones;
    this.cached = cache == null ? null : cache.file();
  }

  /**
   * Opens a file and checks that it is the table that the manifest means: in every number and bound
   * that both know.
   *
   * @param database number of the database that the table belongs to
   * @param cache for its data blocks; null for none
   */
  public static TableReader open(
      Vfs vfs,
      Path path,
      long database,
      TableInfo expected,
      NativeMemory memory,
      TableMetrics metrics,
      @Nullable BlockCache cache) {
    TableReader reader =
        open(vfs, path, new TableId(database, expected.fileNumber()), memory, metrics, cache);
    if (reader.info().equals(expected)) {
      return reader;
    }
    EngineException other =
        reader.file.damaged(
            0, "not what the manifest says: " + reader.info() + ", not " + expected);
    reader.release();
    throw other;
  }

  /** Opens the file of table {@code id} without a cache, for a look at it. */
  public static TableReader open(
      Vfs vfs, Path path, TableId id, NativeMemory memory, TableMetrics metrics) {
    return open(vfs, path, id, memory, metrics, null);
  }

  /** Opens the file of table {@code id} and reads all of it but its data blocks. */
  public static TableReader open(
      Vfs vfs,
      Path path,
      TableId id,
      NativeMemory memory,
      TableMetrics metrics,
      @Nullable BlockCache cache) {
    TableFile file;
    try {
      file = new TableFile(vfs.open(path, Vfs.Mode.READ), path, metrics);
    } catch (IOException e) {
      throw new EngineException(
          EngineException.Kind.STORAGE_ERROR,
          Outcome.NOT_APPLIED,
          "cannot open " + path + ": " + e.getMessage(),
          e);
    }
    boolean opened = false;
    try {
      TableReader reader = load(file, id, memory, cache);
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static TableReader load(
      TableFile file, TableId id, NativeMemory memory, @Nullable BlockCache cache) {
    TableIndex index = null;
    FilterBlock filter = null;
    TableRangeTombstones ranges = null;
    boolean loaded = false;
    try (NativeBuffer buffer = new NativeBuffer(memory, MemoryTag.BLOCK);
        BlockPin pin = new BlockPin(memory)) {
      TableFooter footer = TableFooter.read(file, id, buffer);
      file.salt(footer.salt());
      file.read(
          footer.properties().offset(), footer.properties().length(), BlockKind.PROPERTIES, pin);
      TableProperties properties =
          TableProperties.read(file, footer.properties().offset(), id.fileNumber(), pin);
      if (footer.index().isPresent()) {
        file.read(footer.index().offset(), footer.index().length(), BlockKind.INDEX, pin);
        index = TableIndex.load(memory, file, footer.index().offset(), pin, properties.dataBytes());
      }
      if (footer.filter().isPresent()) {
        file.read(footer.filter().offset(), footer.filter().length(), BlockKind.FILTER, pin);
        filter = FilterBlock.load(memory, file, footer.filter().offset(), pin);
      }
      if (footer.rangeTombstones().isPresent()) {
        BlockHandle handle = footer.rangeTombstones();
        file.read(handle.offset(), handle.length(), BlockKind.RANGE_TOMBSTONES, pin);
        ranges = TableRangeTombstones.load(memory, file, handle.offset(), pin);
      }
      long blocks = index == null ? 0 : index.count();
      if (blocks != properties.dataBlocks()
          || (index == null) != (properties.info().entries() == 0)
          || (ranges == null) != (properties.info().rangeTombstones() == 0)
          || (index == null && ranges == null)) {
        throw file.damaged(footer.properties().offset(), "the properties contradict the blocks");
      }
      loaded = true;
      return new TableReader(file, memory, properties, index, filter, ranges, cache);
    } finally {
      if (!loaded) {
        close(index, filter, ranges);
      }
    }
  }

  private static void close(
      @Nullable TableIndex index,
      @Nullable FilterBlock filter,
      @Nullable TableRangeTombstones ranges) {
    if (index != null) {
      index.close();
    }
    if (filter != null) {
      filter.close();
    }
    if (ranges != null) {
      ranges.close();
    }
  }

  /**
   * Finds the newest PUT or DELETE of a key with a sequence of at most {@code maxSequence}. Range
   * tombstones are not looked at; see {@link #coveringRangeDelete}. Allocates nothing.
   *
   * @param hash {@link io.velocitydb.engine.checksum.KeyHash} of the key
   * @param mayBlock whether a data block may be read from the file
   * @param into takes the entry, and holds its block until released
   * @return FOUND for a DELETE too
   */
  public ReadResult get(
      long keyAddress,
      int keyLength,
      long hash,
      long maxSequence,
      boolean mayBlock,
      PointResult into) {
    assert references.get() > 0;
    if (index == null || (filter != null && !filter.mayContain(hash))) {
      return ReadResult.MISSING;
    }
    int block = index.find(keyAddress, keyLength, maxSequence);
    if (block == index.count()) {
      return ReadResult.MISSING;
    }
    BlockPin pin = into.pin();
    if (!pinBlock(block, pin, CacheUse.FILL, mayBlock)) {
      return ReadResult.NEEDS_IO;
    }
    DataBlock entries = openPinned(block, pin);
    int found = entries.find(keyAddress, keyLength, hash, maxSequence);
    if (found == DataBlock.ABSENT) {
      pin.release();
      return ReadResult.MISSING;
    }
    if (found == DataBlock.DAMAGED || !EntryKind.isPoint(entries.kind())) {
      throw damagedBlock(block);
    }
    into.set(
        entries.kind(),
        entries.sequence(),
        entries.encoding(),
        entries.expiresAtMs(),
        entries.valueAddress(),
        entries.valueLength());
    return ReadResult.FOUND;
  }

  /** Pins data block i and starts on it. */
  DataBlock openBlock(int i, BlockPin pin, CacheUse use) {
    pinBlock(i, pin, use, true);
    return openPinned(i, pin);
  }

  /** Brings data block i from the cache or the file; false if it may not wait for the file. */
  private boolean pinBlock(int i, BlockPin pin, CacheUse use, boolean mayBlock) {
    CachedFile cache = use == CacheUse.BYPASS ? null : cached;
    if (cache != null) {
      pin.release();
      if (cache.pin(i, pin)) {
        return true;
      }
    }
    if (!mayBlock) {
      return false;
    }
    TableIndex blocks = index();
    file.read(blocks.offset(i), blocks.storedLength(i), BlockKind.DATA, pin);
    if (cache != null && use == CacheUse.FILL) {
      cache.offer(i, pin);
    }
    return true;
  }

  private DataBlock openPinned(int i, BlockPin pin) {
    DataBlock entries = pin.entries();
    if (!entries.open(pin.address(), pin.length())) {
      throw damagedBlock(i);
    }
    return entries;
  }

  EngineException damagedBlock(int i) {
    return file.damaged(index().offset(i), "a data block contradicts itself");
  }

  /** The index of a table that has entries. */
  TableIndex index() {
    TableIndex result = index;
    if (result == null) {
      throw new IllegalStateException(file.path() + " has no entries");
    }
    return result;
  }

  /**
   * The highest sequence, at most {@code maxSequence}, of a range tombstone over a key; 0 when none
   * covers it.
   */
  public long coveringRangeDelete(long keyAddress, int keyLength, long maxSequence) {
    return rangeTombstones == null
        ? 0
        : rangeTombstones.covering(keyAddress, keyLength, maxSequence);
  }

  /** The range tombstones, readable as long as the table is retained. */
  public RangeTombstones rangeTombstones() {
    return rangeTombstones == null ? RangeTombstones.NONE : rangeTombstones;
  }

  /** A cursor over all versions, which retains the table until it is closed. */
  public InternalCursor cursor(CacheUse use) {
    if (index == null) {
      return InternalCursor.EMPTY;
    }
    retain();
    return new TableCursor(this, memory, use);
  }

  /** What the file says of itself. */
  public TableInfo info() {
    return properties.info();
  }

  /** Bytes of index, filter and range tombstones in memory. */
  public long residentBytes() {
    return (index == null ? 0 : index.bytes())
        + (filter == null ? 0 : filter.bytes())
        + (rangeTombstones == null ? 0 : rangeTombstones.bytes());
  }

  /** Estimates the entries of a range from the index, to one block at either end. */
  public long estimateCount(KeyRange range) {
    if (index == null) {
      return 0;
    }
    try (NativeBuffer key = new NativeBuffer(memory, MemoryTag.CURSOR)) {
      int first = find(index, range.start(), key);
      byte[] end = range.end();
      int last = end == null ? index.count() : find(index, end, key);
      if (first == index.count()) {
        return 0;
      }
      // Half a block when both ends lie in the same one.
      double blocks = last > first ? last - first : 0.5;
      return Math.round(blocks * info().entries() / index.count());
    }
  }

  private static int find(TableIndex index, byte[] key, NativeBuffer buffer) {
    Memory.copy(key, 0, buffer.reserve(key.length), key.length);
    return index.find(buffer.address(), key.length, InternalKey.MAX_SEQUENCE);
  }

  /**
   * Reads every data block and checks that order, index, filter, hash indexes and properties agree.
   * The other blocks were checked when the table was opened.
   *
   * @return number of entries
   */
  public long verify() {
    return new TableVerifier(this, file, properties, memory).verify();
  }

  boolean mayContain(long hash) {
    return filter == null || filter.mayContain(hash);
  }

  /** Keeps the table open, unless it was closed already. */
  public boolean tryRetain() {
    for (; ; ) {
      int count = references.get();
      if (count == 0) {
        return false;
      }
      if (references.compareAndSet(count, count + 1)) {
        return true;
      }
    }
  }

  /** Keeps the table open; the caller knows that someone else keeps it at this moment. */
  public void retain() {
    if (!tryRetain()) {
      throw new IllegalStateException(file.path() + " was closed");
    }
  }

  /** Undoes one retain; the last one closes the file and gives the memory back. */
  public void release() {
    int count = references.decrementAndGet();
    if (count == 0) {
      close(index, filter, rangeTombstones);
      if (cached != null) {
        cached.close();
      }
      file.close();
    } else if (count < 0) {
      throw new IllegalStateException(file.path() + " released too often");
    }
  }
}
