package io.velocitydb.engine.sstable;

import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * Index and filter of a table that has them in partitions. In memory is the top index, about a
 * hundredth of both; a partition is read when it is needed and left in the cache, as data blocks
 * are: one of the filter tells of some thousand keys, so it is hit more often than they are, and
 * stays. Thread-safe.
 *
 * <p>Filter partitions are cut by hash, not by key: they are the lines of one filter, so its size,
 * its answers, and reading it whole are what they would be without partitions.
 */
final class TablePartitions implements AutoCloseable {
  /** Of the top index: as in {@link TableIndex}, then u32 first block, u64 offset of that block. */
  static final int TOP_PAYLOAD_BYTES = 32;

  private static final int FIRST_BLOCK = 20;
  private static final int FIRST_OFFSET = 24;

  /** What an entry of the index has at least, and the longest key besides. */
  private static final int LEAST_ENTRY_BYTES = 4 + TableIndex.PAYLOAD_BYTES + 4;

  private static final int MOST_ENTRY_BYTES = LEAST_ENTRY_BYTES + 64 * 1024;

  private final TableFile file;
  private final TableIndex top;
  private final @Nullable FilterPartitions filter;
  private final @Nullable CachedFile cached;
  private final int blocks;
  private final long dataBytes;
  private final long indexBytes;
  private final long topOffset;

  /** Bytes of partitions that users read since it was set to 0; some may be missed. */
  private long bytesRead;

  private TablePartitions(
      TableFile file,
      TableFooter footer,
      TableProperties properties,
      TableIndex top,
      @Nullable CachedFile cached) {
    this.file = file;
    this.top = top;
    this.cached = cached;
    filter = footer.filter().isPresent() ? footer.filterPartitions() : null;
    blocks = (int) properties.dataBlocks();
    dataBytes = properties.dataBytes();
    indexBytes = properties.indexBytes();
    topOffset = footer.index().offset();
  }

  /** Reads and checks the top index. */
  static TablePartitions load(
      TableFile file,
      TableFooter footer,
      TableProperties properties,
      NativeMemory memory,
      @Nullable CachedFile cached,
      BlockPin pin) {
    BlockHandle handle = footer.index();
    file.read(handle.offset(), handle.length(), BlockKind.TOP_INDEX, pin);
    TableIndex top = TableIndex.loadTop(memory, file, handle.offset(), pin, TOP_PAYLOAD_BYTES);
    TablePartitions result = new TablePartitions(file, footer, properties, top, cached);
    if (properties.dataBlocks() > Integer.MAX_VALUE / 2 || !result.isPossible()) {
      result.close();
      throw file.damaged(handle.offset(), "the top index contradicts itself or the file");
    }
    return result;
  }

  private boolean isPossible() {
    for (int i = 0; i < top.count(); i++) {
      if (blocksOf(i) < 1
          || firstBlock(i) < 0
          || endOffset(i) <= firstOffset(i)
          || firstOffset(i) < 0) {
        return false;
      }
    }
    long most = Math.min(Integer.MAX_VALUE, (long) MOST_ENTRY_BYTES * blocks + 4);
    return firstBlock(0) == 0
        && firstOffset(0) == 0
        && indexBytes >= (long) LEAST_ENTRY_BYTES * blocks + 4
        && indexBytes <= most
        && (filter == null
            || (filter.offset() >= dataBytes && filter.handle().end() == top.offset(0)));
  }

  /** Number of data blocks of the table. */
  int blocks() {
    return blocks;
  }

  /** The first data block that partition i of the index has. */
  int firstBlock(int i) {
    return Memory.getInt(top.payloadAddress(i) + FIRST_BLOCK);
  }

  /** How many data blocks it has. */
  int blocksOf(int i) {
    return (i + 1 < top.count() ? firstBlock(i + 1) : blocks) - firstBlock(i);
  }

  private long firstOffset(int i) {
    return Memory.getLong(top.payloadAddress(i) + FIRST_OFFSET);
  }

  private long endOffset(int i) {
    return i + 1 < top.count() ? firstOffset(i + 1) : dataBytes;
  }

  /** Number of partitions of the index. */
  int indexPartitions() {
    return top.count();
  }

  TableLayout layout() {
    return new TableLayout(TableFooter.PARTITIONED, blocks, indexPartitions(), filterPartitions());
  }

  private int filterPartitions() {
    return filter == null ? 0 : filter.count();
  }

  /**
   * The index partition that may say where the first entry at or after one lies, or their number.
   */
  int find(long keyAddress, int keyLength, long sequence) {
    return top.find(keyAddress, keyLength, sequence);
  }

  /** Bytes off the heap. */
  long bytes() {
    return top.bytes();
  }

  boolean hasFilter() {
    return filter != null;
  }

  /** Bytes that the filter has in memory when it is there whole. */
  long filterBytes() {
    return filter == null ? 0 : (filter.lines() + 1L) * BloomFilter.LINE_BYTES;
  }

  /** Bytes that the index has in memory when it is there whole. */
  long indexBytes() {
    return indexBytes + (long) blocks * Long.BYTES;
  }

  /** Whether so many bytes of partitions were read; then it counts from 0 again. */
  boolean takePaid(long bytes) {
    if (bytesRead < bytes) {
      return false;
    }
    bytesRead = 0;
    return true;
  }

  /**
   * Asks the filter for a key, in the partition that has the key's line.
   *
   * @return MISSING for certain, or FOUND; NEEDS_IO if the file would have to be read
   */
  ReadResult mayContain(long hash, boolean mayBlock, BlockPin pin) {
    FilterPartitions lines = filter;
    if (lines == null) {
      return ReadResult.FOUND;
    }
    int line = BloomFilter.line(lines.lines(), hash);
    int i = line / lines.linesEach();
    if (!pinCached(blocks + i, pin, CacheUse.FILL)) {
      if (!mayBlock) {
        return ReadResult.NEEDS_IO;
      }
      read(lines.offset(i), lines.storedLength(i), BlockKind.FILTER_PARTITION, pin, CacheUse.FILL);
      checkFilter(lines, i, pin);
      offer(blocks + i, pin, CacheUse.FILL);
    }
    long at = pin.address() + (long) (line % lines.linesEach()) * BloomFilter.LINE_BYTES;
    boolean found = BloomFilter.mayContain(at, lines.probes(), hash);
    pin.release();
    return found ? ReadResult.FOUND : ReadResult.MISSING;
  }

  private void checkFilter(FilterPartitions lines, int i, BlockPin pin) {
    if (pin.length() != lines.lines(i) * BloomFilter.LINE_BYTES) {
      throw file.damaged(lines.offset(i), "a filter partition of another length");
    }
  }

  /** Brings partition i of the index, to be read by {@link IndexPartition}. */
  boolean pinIndex(int i, CacheUse use, boolean mayBlock, BlockPin pin) {
    int block = blocks + filterPartitions() + i;
    if (!pinCached(block, pin, use)) {
      if (!mayBlock) {
        return false;
      }
      read(top.offset(i), top.storedLength(i), BlockKind.INDEX, pin, use);
      checkIndex(i, pin);
      offer(block, pin, use);
    }
    return true;
  }

  private void checkIndex(int i, BlockPin pin) {
    IndexPartition.check(
        file, top.offset(i), pin, blocksOf(i), firstOffset(i), endOffset(i), top, i);
  }

  private boolean pinCached(int block, BlockPin pin, CacheUse use) {
    pin.release();
    return cached != null && use != CacheUse.BYPASS && cached.pin(block, pin);
  }

  /** Reads a partition that the cache did not have. */
  private void read(long offset, int storedLength, BlockKind kind, BlockPin pin, CacheUse use) {
    boolean forUser = use == CacheUse.FILL;
    if (forUser && cached != null) {
      file.readForCache(offset, storedLength, kind, pin);
    } else {
      file.read(offset, storedLength, kind, pin);
    }
    if (forUser) {
      bytesRead += storedLength;
    }
  }

  /** Leaves a partition, which was checked, for those who come later. */
  private void offer(int block, BlockPin pin, CacheUse use) {
    if (cached != null && use == CacheUse.FILL) {
      cached.offer(block, pin);
    }
  }

  /** Reads all partitions of the index. */
  TableIndex wholeIndex(NativeMemory memory) {
    long address = memory.allocate(indexBytes, MemoryTag.INDEX);
    boolean whole = false;
    try (BlockPin pin = new BlockPin(memory);
        BlockSeries series = new BlockSeries(file, memory, topOffset)) {
      long entriesEnd = indexBytes - 4 - 4L * blocks;
      long used = 0;
      for (int i = 0; i < top.count(); i++) {
        series.read(top.offset(i), top.storedLength(i), BlockKind.INDEX, pin);
        checkIndex(i, pin);
        int count = IndexPartition.count(pin);
        long bytes = pin.length() - 4 - 4L * count;
        if (used + bytes > entriesEnd) {
          throw notAsLong();
        }
        Memory.copy(pin.address(), address + used, bytes);
        long offsets = address + entriesEnd + 4L * firstBlock(i);
        for (int entry = 0; entry < count; entry++) {
          int offset = Memory.getInt(pin.address() + bytes + 4L * entry);
          Memory.putInt(offsets + 4L * entry, (int) used + offset);
        }
        used += bytes;
      }
      if (used != entriesEnd) {
        throw notAsLong();
      }
      Memory.putInt(address + indexBytes - 4, blocks);
      whole = true;
      return TableIndex.of(memory, FlatBlock.of(memory, address, (int) indexBytes));
    } finally {
      if (!whole) {
        memory.free(address, indexBytes, MemoryTag.INDEX);
      }
    }
  }

  private RuntimeException notAsLong() {
    return file.damaged(topOffset, "the index is not as long as the properties say");
  }

  /** Reads all partitions of the filter; null if there is none. */
  @Nullable FilterBlock wholeFilter(NativeMemory memory) {
    FilterPartitions lines = filter;
    if (lines == null) {
      return null;
    }
    FilterBlock result = FilterBlock.empty(memory, lines.lines(), lines.probes());
    boolean whole = false;
    try (BlockPin pin = new BlockPin(memory);
        BlockSeries series = new BlockSeries(file, memory, lines.handle().end())) {
      for (int i = 0; i < lines.count(); i++) {
        series.read(lines.offset(i), lines.storedLength(i), BlockKind.FILTER_PARTITION, pin);
        checkFilter(lines, i, pin);
        result.fill(i * lines.linesEach(), pin.address(), pin.length());
      }
      whole = true;
      return result;
    } finally {
      if (!whole) {
        result.close();
      }
    }
  }

  @Override
  public void close() {
    top.close();
  }
}
