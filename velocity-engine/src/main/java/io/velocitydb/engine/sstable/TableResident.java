package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in memory of a table that is read: all but its data blocks; of a partitioned table
 * without room for that, the top index stands for index and filter. Immutable.
 *
 * @param layout of the file
 * @param index where the data blocks lie; null without entries, and if it is read in partitions; if
 *     it is here, so is the filter
 * @param filter of the keys; null if there is none, and if it is read in partitions
 * @param partitions of index and filter, if they are or were read so
 * @param rangeTombstones null without any
 */
record TableResident(
    TableProperties properties,
    TableLayout layout,
    @Nullable TableIndex index,
    @Nullable FilterBlock filter,
    @Nullable TablePartitions partitions,
    @Nullable TableRangeTombstones rangeTombstones)
    implements AutoCloseable {

  /** Reads and checks it. */
  static TableResident load(
      TableFile file,
      TableId id,
      NativeMemory memory,
      @Nullable CachedFile cached,
      TableMemory room) {
    TableIndex index = null;
    FilterBlock filter = null;
    TablePartitions partitions = null;
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
      if (footer.rangeTombstones().isPresent()) {
        BlockHandle handle = footer.rangeTombstones();
        file.read(handle.offset(), handle.length(), BlockKind.RANGE_TOMBSTONES, pin);
        ranges = TableRangeTombstones.load(memory, file, handle.offset(), pin);
      }
      boolean hasEntries = footer.index().isPresent();
      if (hasEntries == (properties.info().entries() == 0)
          || (ranges == null) != (properties.info().rangeTombstones() == 0)
          || (!hasEntries && (properties.dataBlocks() != 0 || footer.filter().isPresent()))
          || (!hasEntries && ranges == null && !id.isPortable())) {
        throw contradiction(file, footer);
      }
      TableLayout layout = new TableLayout(footer.version(), properties.dataBlocks(), 0, 0);
      if (hasEntries && footer.isPartitioned()) {
        partitions = TablePartitions.load(file, footer, properties, memory, cached, pin);
        layout = partitions.layout();
      } else if (hasEntries) {
        file.read(footer.index().offset(), footer.index().length(), BlockKind.INDEX, pin);
        index = TableIndex.load(memory, file, footer.index().offset(), pin, properties.dataBytes());
        if (index.count() != properties.dataBlocks()) {
          throw contradiction(file, footer);
        }
        if (footer.filter().isPresent()) {
          file.read(footer.filter().offset(), footer.filter().length(), BlockKind.FILTER, pin);
          filter = FilterBlock.load(memory, file, footer.filter().offset(), pin);
        }
      }
      TableResident result =
          new TableResident(properties, layout, index, filter, partitions, ranges)
              .grown(memory, room);
      loaded = true;
      return result.index == null ? result : result.withoutPartitions();
    } finally {
      if (!loaded) {
        close(index, filter, partitions, ranges);
      }
    }
  }

  private static RuntimeException contradiction(TableFile file, TableFooter footer) {
    return file.damaged(footer.properties().offset(), "the properties contradict the blocks");
  }

  /**
   * The same with what there is room for now: the filter first, which every read of a key asks,
   * then the index, which those ask that may find it. Those who still read partitions may go on:
   * the partitions stay, and close with the new one, which takes this one's place.
   */
  TableResident grown(NativeMemory memory, TableMemory room) {
    TablePartitions parts = partitions;
    if (parts == null || index != null) {
      return this;
    }
    FilterBlock more = filter;
    boolean done = false;
    try {
      if (more == null && parts.hasFilter() && room.hasRoomForFilter(parts.filterBytes())) {
        more = parts.wholeFilter(memory);
      }
      TableIndex wholeIndex = null;
      if ((more != null || !parts.hasFilter()) && room.hasRoomForIndex(parts.indexBytes())) {
        wholeIndex = parts.wholeIndex(memory);
      }
      done = true;
      return more == filter && wholeIndex == null
          ? this
          : new TableResident(properties, layout, wholeIndex, more, parts, rangeTombstones);
    } finally {
      if (!done && more != null && more != filter) {
        more.close();
      }
    }
  }

  /** Bytes that index and filter would have besides, if both were whole. */
  long missingBytes() {
    TablePartitions parts = partitions;
    if (parts == null || index != null) {
      return 0;
    }
    return parts.indexBytes() + (filter == null ? parts.filterBytes() : 0);
  }

  private TableResident withoutPartitions() {
    if (partitions != null) {
      partitions.close();
    }
    return new TableResident(properties, layout, index, filter, null, rangeTombstones);
  }

  boolean hasEntries() {
    return index != null || partitions != null;
  }

  /** Its bytes off the heap. */
  long bytes() {
    return (index == null ? 0 : index.bytes())
        + (filter == null ? 0 : filter.bytes())
        + (partitions == null ? 0 : partitions.bytes())
        + (rangeTombstones == null ? 0 : rangeTombstones.bytes());
  }

  @Override
  public void close() {
    close(index, filter, partitions, rangeTombstones);
  }

  private static void close(
      @Nullable TableIndex index,
      @Nullable FilterBlock filter,
      @Nullable TablePartitions partitions,
      @Nullable TableRangeTombstones ranges) {
    if (index != null) {
      index.close();
    }
    if (filter != null) {
      filter.close();
    }
    if (partitions != null) {
      partitions.close();
    }
    if (ranges != null) {
      ranges.close();
    }
  }
}
