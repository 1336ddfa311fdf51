package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import org.jspecify.annotations.Nullable;

/** What is kept in memory of a table that is read: all but its data blocks. Immutable. */
final class TableResident implements AutoCloseable {
  final TableProperties properties;
  final @Nullable TableIndex index;
  final @Nullable FilterBlock filter;
  final @Nullable TableRangeTombstones rangeTombstones;

  private TableResident(
      TableProperties properties,
      @Nullable TableIndex index,
      @Nullable FilterBlock filter,
      @Nullable TableRangeTombstones rangeTombstones) {
    this.properties = properties;
    this.index = index;
    this.filter = filter;
    this.rangeTombstones = rangeTombstones;
  }

  /** Reads and checks it. */
  static TableResident load(TableFile file, TableId id, NativeMemory memory) {
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
          || (index == null && ranges == null && !id.isPortable())) {
        throw file.damaged(footer.properties().offset(), "the properties contradict the blocks");
      }
      loaded = true;
      return new TableResident(properties, index, filter, ranges);
    } finally {
      if (!loaded) {
        close(index, filter, ranges);
      }
    }
  }

  /** Its bytes off the heap. */
  long bytes() {
    return (index == null ? 0 : index.bytes())
        + (filter == null ? 0 : filter.bytes())
        + (rangeTombstones == null ? 0 : rangeTombstones.bytes());
  }

  @Override
  public void close() {
    close(index, filter, rangeTombstones);
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
}
