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
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.LowerBoundTombstones;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.vfs.Vfs;
import io.velocitydb.engine.vfs.VfsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one SSTable. Thread-safe; the file is immutable. Index, filter and range tombstones come
 * into memory at the first use and stay there; data blocks are read when they are needed, and left
 * in a cache if there is one. If there is no room for index and filter, their partitions are read
 * as data blocks are, until there is; see {@link TablePartitions}.
 *
 * <p>Every block is checked when it is read; damage throws {@link EngineException} of kind
 * CORRUPTION with file and offset. It is born with one reference; memory and file go when the last
 * one who {@link #retain()}s releases. To take its memory away while others may read, another
 * reader of the same file takes its place.
 */
public final class TableReader {
  /** No data block. */
  static final int NO_BLOCK = -1;

  /** A data block that only {@link #get} finds, since the index is in partitions. */
  static final int IN_PARTITIONS = -2;

  private final TableFile file;
  private final TableId id;
  private final NativeMemory memory;
  private final @Nullable TableInfo expected;
  private final @Nullable CachedFile cached;
  private final TableMemory room;
  private final AtomicInteger references = new AtomicInteger(1);

  /** The first key that belongs to the tree, if the file has others before it. */
  private final NativeBuffer bound;

  /** Written before {@link #resident}; -1 without a bound. */
  private int boundLength = -1;

  /** Written once, under the monitor. */
  private volatile @Nullable TableResident resident;

  /** A bit for each of {@link TableUse}, set if it was read since that one asked last. */
  private int used;

  private TableReader(
      TableFile file,
      TableId id,
      NativeMemory memory,
      @Nullable TableInfo expected,
      @Nullable CachedFile cached,
      TableMemory room) {
    this.file = file;
    this.id = id;
    this.memory = memory;
    this.expected = expected;
    this.cached = cached;
    this.room = room;
    this.bound = new NativeBuffer(memory, MemoryTag.INDEX);
  }

  /**
   * A reader that touches its file only when it is used. Then it checks that the file is the table
   * that the manifest means: in every number and bound that both know.
   *
   * @param file opened by the caller, or at its first read; closed with the reader
   * @param path of the file, for messages
   * @param database number of the database that the table belongs to
   * @param cached place of its data blocks in a cache, closed with the reader; null for none
   * @param room whether index and filter may come into memory whole
   */
  public static TableReader lazy(
      VfsFile file,
      Path path,
      long database,
      TableInfo expected,
      NativeMemory memory,
      TableMetrics metrics,
      @Nullable CachedFile cached,
      TableMemory room) {
    return new TableReader(
        new TableFile(file, path, metrics),
        new TableId(database, expected.fileNumber()),
        memory,
        expected,
        cached,
        room);
  }

  /**
   * Another lazy reader of the same table, which has nothing in memory but finds the same blocks in
   * the cache.
   *
   * @param sameFile to be closed with the new reader
   */
  public TableReader again(VfsFile sameFile) {
    return new TableReader(
        file.again(sameFile), id, memory, expected, cached == null ? null : cached.again(), room);
  }

  /** As {@link #again}, without the keys before a later one. */
  public TableReader from(byte[] smallest, VfsFile sameFile) {
    return new TableReader(
        file.again(sameFile),
        id,
        memory,
        info().from(smallest),
        cached == null ? null : cached.again(),
        room);
  }

  /** Opens the file of table {@code id} without a cache, for a look at it. */
  public static TableReader open(
      Vfs vfs, Path path, TableId id, NativeMemory memory, TableMetrics metrics) {
    return open(vfs, path, id, null, memory, metrics, null);
  }

  /**
   * Opens a file and reads all of it but its data blocks.
   *
   * @param expected what the manifest says of it, for a check; null to take it as it is
   */
  public static TableReader open(
      Vfs vfs,
      Path path,
      TableId id,
      @Nullable TableInfo expected,
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
    TableReader reader =
        new TableReader(
            file, id, memory, expected, cache == null ? null : cache.file(), TableMemory.UNLIMITED);
    boolean opened = false;
    try {
      reader.load();
      opened = true;
      return reader;
    } finally {
      if (!opened) {
        reader.release();
      }
    }
  }

  /**
   * Brings index, filter and range tombstones into memory if they are not there.
   *
   * @param mayBlock whether the file may be read for it
   * @return whether they are there
   */
  public boolean load(boolean mayBlock) {
    if (resident != null) {
      return true;
    }
    if (mayBlock) {
      load();
    }
    return mayBlock;
  }

  private TableResident load() {
    TableResident loaded = resident;
    return loaded != null ? loaded : loadNow();
  }

  private TableResident loadNow() {
    TableResident loaded;
    synchronized (this) {
      loaded = resident;
      if (loaded != null) {
        return loaded;
      }
      loaded = TableResident.load(file, id, memory, cached, room);
      TableInfo found = loaded.properties().info();
      if (expected != null && !expected.isPartOf(found)) {
        loaded.close();
        throw file.damaged(0, "not what the manifest says: " + found + ", not " + expected);
      }
      if (expected != null && !Arrays.equals(expected.smallest(), found.smallest())) {
        byte[] key = expected.smallest();
        Memory.copy(key, 0, bound.reserve(key.length), key.length);
        boundLength = key.length;
      }
      resident = loaded;
    }
    room.loaded();
    return loaded;
  }

  /** Brings index and filter into memory if there is room by now. */
  private TableResident loadMore(TableResident present) {
    TableResident more;
    synchronized (this) {
      more = load().grown(memory, room);
      resident = more;
    }
    if (more.missingBytes() < present.missingBytes()) {
      room.loaded();
    }
    if (more.missingBytes() > 0) {
      room.crowded(more.missingBytes());
    }
    return more;
  }

  /**
   * Finds the newest PUT or DELETE of a key with a sequence of at most {@code maxSequence}. Range
   * tombstones are not looked at; see {@link #coveringRangeDelete}. Allocates nothing.
   *
   * @param hash {@link io.velocitydb.engine.checksum.KeyHash} of the key
   * @param mayBlock whether the file may be read
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
    TableResident loaded = resident;
    if (loaded == null) {
      if (!mayBlock) {
        return ReadResult.NEEDS_IO;
      }
      loaded = load();
    }
    markUsed();
    TableIndex index = loaded.index();
    if (index == null) {
      return getInPartitions(loaded, keyAddress, keyLength, hash, maxSequence, mayBlock, into);
    }
    FilterBlock filter = loaded.filter();
    if (filter != null && !filter.mayContain(hash)) {
      return ReadResult.MISSING;
    }
    if (CachedRows.pin(cached, keyAddress, keyLength, hash, maxSequence, into)) {
      return ReadResult.FOUND;
    }
    int block = index.find(keyAddress, keyLength, maxSequence);
    if (block == index.count()) {
      return ReadResult.MISSING;
    }
    BlockPin pin = into.pin();
    if (!pinCached(block, pin, CacheUse.FILL)) {
      if (!mayBlock) {
        return ReadResult.NEEDS_IO;
      }
      read(block, index.offset(block), index.storedLength(block), pin, CacheUse.FILL);
    }
    int found = BlockSearch.find(keyAddress, keyLength, hash, maxSequence, into);
    if (found == DataBlock.DAMAGED) {
      throw damagedBlock(index.offset(block));
    }
    return found(found, keyAddress, keyLength, hash, maxSequence, into);
  }

  /** As above, with the index in partitions, and the filter maybe. */
  private ReadResult getInPartitions(
      TableResident present,
      long keyAddress,
      int keyLength,
      long hash,
      long maxSequence,
      boolean mayBlock,
      PointResult into) {
    TableResident loaded = present;
    TablePartitions partitions = loaded.partitions();
    if (partitions == null) {
      return ReadResult.MISSING;
    }
    if (mayBlock && partitions.takePaid(loaded.missingBytes())) {
      loaded = loadMore(loaded);
    }
    BlockPin pin = into.pin();
    FilterBlock filter = loaded.filter();
    if (filter != null) {
      if (!filter.mayContain(hash)) {
        return ReadResult.MISSING;
      }
    } else {
      ReadResult may = partitions.mayContain(hash, mayBlock, pin);
      if (may != ReadResult.FOUND) {
        return may;
      }
    }
    if (CachedRows.pin(cached, keyAddress, keyLength, hash, maxSequence, into)) {
      return ReadResult.FOUND;
    }
    int partition = partitions.find(keyAddress, keyLength, maxSequence);
    if (partition == partitions.indexPartitions()) {
      return ReadResult.MISSING;
    }
    if (!partitions.pinIndex(partition, CacheUse.FILL, mayBlock, pin)) {
      return ReadResult.NEEDS_IO;
    }
    int place = IndexPartition.find(pin, keyAddress, keyLength, maxSequence);
    int block = partitions.firstBlock(partition) + place;
    long offset = IndexPartition.offset(pin, place);
    int storedLength = IndexPartition.storedLength(pin, place);
    if (!pinCached(block, pin, CacheUse.FILL)) {
      if (!mayBlock) {
        return ReadResult.NEEDS_IO;
      }
      read(block, offset, storedLength, pin, CacheUse.FILL);
    }
    int found = BlockSearch.find(keyAddress, keyLength, hash, maxSequence, into);
    if (found == DataBlock.DAMAGED) {
      throw damagedBlock(offset);
    }
    return found(found, keyAddress, keyLength, hash, maxSequence, into);
  }

  private ReadResult found(
      int found, long keyAddress, int keyLength, long hash, long maxSequence, PointResult entry) {
    if (found == DataBlock.ABSENT) {
      return ReadResult.MISSING;
    }
    // Otherwise the file may have a newer entry of the key, for readers who see more.
    if (cached != null && info().maxSequence() <= maxSequence) {
      CachedRows.offer(cached, keyAddress, keyLength, hash, entry);
    }
    return ReadResult.FOUND;
  }

  /** The only data block that may have an entry of a key, by filter and index; or one of above. */
  int blockOf(long keyAddress, int keyLength, long hash, long maxSequence) {
    TableResident loaded = load();
    TableIndex index = loaded.index();
    if (index == null) {
      return loaded.hasEntries() ? IN_PARTITIONS : NO_BLOCK;
    }
    markUsed();
    FilterBlock filter = loaded.filter();
    if (filter != null && !filter.mayContain(hash)) {
      return NO_BLOCK;
    }
    int block = index.find(keyAddress, keyLength, maxSequence);
    return block == index.count() ? NO_BLOCK : block;
  }

  /** Brings a block of {@link #blockOf} from the cache or, if that may be, the file. */
  boolean pinBlock(int i, BlockPin pin, boolean mayBlock) {
    if (pinCached(i, pin, CacheUse.FILL)) {
      return true;
    }
    if (mayBlock) {
      BlockIndex index = index(load(), CacheUse.FILL);
      read(i, index.offset(i), index.storedLength(i), pin, CacheUse.FILL);
    }
    return mayBlock;
  }

  /** Where its data blocks may be cached. */
  @Nullable CachedFile cached() {
    return cached;
  }

  /** Its filter, if that is in memory as a whole. */
  @Nullable FilterBlock filterInMemory() {
    TableResident loaded = resident;
    return loaded == null ? null : loaded.filter();
  }

  /** The error for a block of {@link #blockOf} that contradicts itself. */
  EngineException damagedBlockAt(int i) {
    return damagedBlock(index(load(), CacheUse.FILL).offset(i));
  }

  /** Pins data block i, to which a cursor comes, and starts on it. */
  DataBlock openBlock(BlockIndex index, int i, BlockPin pin, CacheUse use, BlockReadAhead ahead) {
    ahead.goTo(i);
    if (!pinCached(i, pin, use)) {
      ahead.read(i, pin);
      if (cached != null && use == CacheUse.FILL) {
        cached.offer(i, pin);
      }
    }
    DataBlock entries = pin.entries();
    if (!entries.open(pin.address(), pin.length())) {
      throw damagedBlock(index.offset(i));
    }
    return entries;
  }

  /** For a cursor that goes by an index. */
  BlockReadAhead readAhead(BlockIndex index, CacheUse use) {
    long share = cached == null ? Long.MAX_VALUE : cached.readAheadBytes();
    return new BlockReadAhead(file, index, memory, share, use != CacheUse.FILL);
  }

  /** Pins data block i if the cache has it. */
  private boolean pinCached(int i, BlockPin pin, CacheUse use) {
    pin.release();
    return use != CacheUse.BYPASS && cached != null && cached.pin(i, pin);
  }

  /** Brings data block i from the file. */
  private void read(int i, long offset, int storedLength, BlockPin pin, CacheUse use) {
    if (cached == null || use != CacheUse.FILL) {
      file.read(offset, storedLength, BlockKind.DATA, pin);
      return;
    }
    file.readForCache(offset, storedLength, BlockKind.DATA, pin);
    cached.offer(i, pin);
  }

  EngineException damagedBlock(long offset) {
    return file.damaged(offset, "a data block contradicts itself");
  }

  /** A way through the data blocks; the table has entries. */
  private BlockIndex index(TableResident loaded, CacheUse use) {
    TableIndex index = loaded.index();
    TablePartitions partitions = loaded.partitions();
    if (index != null) {
      return index;
    }
    if (partitions == null) {
      throw new IllegalStateException(file.path() + " has no entries");
    }
    return new PartitionedIndex(partitions, memory, use);
  }

  /**
   * The highest sequence, at most {@code maxSequence}, of a range tombstone over a key; 0 when none
   * covers it.
   */
  public long coveringRangeDelete(long keyAddress, int keyLength, long maxSequence) {
    TableRangeTombstones ranges = load().rangeTombstones();
    return ranges == null ? 0 : ranges.covering(keyAddress, keyLength, maxSequence);
  }

  /** The range tombstones, readable as long as the table is retained. */
  public RangeTombstones rangeTombstones() {
    if (expected != null && expected.rangeTombstones() == 0) {
      return RangeTombstones.NONE;
    }
    TableRangeTombstones ranges = load().rangeTombstones();
    if (ranges == null) {
      return RangeTombstones.NONE;
    }
    return boundLength < 0
        ? ranges
        : new LowerBoundTombstones(ranges, bound.address(), boundLength);
  }

  /** A cursor over all versions, which retains the table until it is closed. */
  public InternalCursor cursor(CacheUse use) {
    markUsed();
    TableResident loaded = load();
    if (!loaded.hasEntries()) {
      return InternalCursor.EMPTY;
    }
    TableCursor whole = cursor(index(loaded, use), use);
    return boundLength < 0 ? whole : new LowerBoundCursor(whole, bound.address(), boundLength);
  }

  /** A cursor over all that is in the file, by an index of its caller's choice. */
  TableCursor cursor(BlockIndex index, CacheUse use) {
    retain();
    return new TableCursor(this, index, memory, use);
  }

  /** What the manifest says of the file, or, if it was opened without one, the file of itself. */
  public TableInfo info() {
    TableInfo known = expected;
    return known != null ? known : load().properties().info();
  }

  /** How the file is laid out, which is read if it was not. */
  public TableLayout layout() {
    return load().layout();
  }

  /** Bytes of index, filter and range tombstones in memory; 0 before they were loaded. */
  public long residentBytes() {
    TableResident loaded = resident;
    return loaded == null ? 0 : loaded.bytes();
  }

  /** A write that every read would do costs more than a look. */
  private void markUsed() {
    if (used != TableUse.ALL) {
      used = TableUse.ALL;
    }
  }

  /** Whether it was read since {@code by} asked last. A read at this moment may be missed. */
  public boolean takeUsed(TableUse by) {
    int was = used;
    used = was & ~by.bit();
    return (was & by.bit()) != 0;
  }

  /** Estimates the entries of a range from the index, to one block at either end. */
  public long estimateCount(KeyRange range) {
    TableResident loaded = load();
    if (!loaded.hasEntries()) {
      return 0;
    }
    return CountEstimate.of(index(loaded, CacheUse.FILL), info().entries(), range, memory);
  }

  /**
   * Reads every data block and checks that order, index, filter, hash indexes and properties agree.
   * The other blocks were checked when the table was opened; partitions that were not are read now.
   *
   * @param pointers checks what entries of kind BLOB point to
   * @return number of entries
   */
  public long verify(PointerCheck pointers) {
    TableResident loaded = load();
    if (!loaded.hasEntries() || loaded.index() != null) {
      return new TableVerifier(this, file, loaded, pointers, memory).verify();
    }
    try (TableResident whole = TableResident.load(file, id, memory, null, TableMemory.UNLIMITED)) {
      return new TableVerifier(this, file, whole, pointers, memory).verify();
    }
  }

  /** As above, without a look at what pointers point to. */
  public long verify() {
    return verify((pointer, length) -> {});
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
      TableResident loaded = resident;
      if (loaded != null) {
        loaded.close();
      }
      bound.close();
      if (cached != null) {
        cached.close();
      }
      file.close();
    } else if (count < 0) {
      throw new IllegalStateException(file.path() + " released too often");
    }
  }
}
