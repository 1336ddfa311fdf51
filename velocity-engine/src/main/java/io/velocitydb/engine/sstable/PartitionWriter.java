package io.velocitydb.engine.sstable;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.NativeMemory;
import java.io.IOException;

/** Cuts a table's index and filter into partitions, and writes them. Not thread-safe. */
final class PartitionWriter {
  private final BlockWriter blocks;
  private final TableOptions options;
  private final NativeMemory memory;

  PartitionWriter(BlockWriter blocks, TableOptions options, NativeMemory memory) {
    this.blocks = blocks;
    this.options = options;
    this.memory = memory;
  }

  /** Lines of one filter partition. */
  static int filterLines(TableOptions options) {
    return Math.max(1, options.partitionBytes() / BloomFilter.LINE_BYTES);
  }

  /**
   * Writes the lines of a filter.
   *
   * @return where all partitions lie
   */
  BlockHandle writeFilter(long address, int lines, int probes) throws IOException {
    FilterPartitions filter =
        new FilterPartitions(blocks.position(), lines, probes, filterLines(options));
    for (int i = 0; i < filter.count(); i++) {
      blocks.append(
          BlockKind.FILTER_PARTITION,
          BlockCompression.NONE,
          address + (long) i * filter.linesEach() * BloomFilter.LINE_BYTES,
          filter.lines(i) * BloomFilter.LINE_BYTES);
    }
    return filter.handle();
  }

  /**
   * Writes an index that has at least one entry.
   *
   * @return where the top index lies
   */
  BlockHandle writeIndex(FlatBlockBuilder index) throws IOException {
    try (FlatBlockBuilder part = new FlatBlockBuilder(memory);
        FlatBlockBuilder top = new FlatBlockBuilder(memory)) {
      int firstBlock = 0;
      for (int i = 0; i < index.count(); i++) {
        part.copy(index, i);
        boolean last = i + 1 == index.count();
        if (last
            || part.bytes() + index.entryBytes(i + 1, i + 2) + Integer.BYTES
                > options.partitionBytes()) {
          addToTop(top, index, i, firstBlock, append(BlockKind.INDEX, part));
          part.reset();
          firstBlock = i + 1;
        }
      }
      return append(BlockKind.TOP_INDEX, top);
    }
  }

  private BlockHandle append(BlockKind kind, FlatBlockBuilder block) throws IOException {
    int length = block.finish();
    return blocks.append(kind, options.compression(), block.address(), length);
  }

  /** Names a partition by the key and the sequence of its last entry. */
  private static void addToTop(
      FlatBlockBuilder top,
      FlatBlockBuilder index,
      int last,
      int firstBlock,
      BlockHandle partition) {
    long entry = index.entryAddress(last);
    int keyLength = Memory.getInt(entry);
    top.begin(entry + 4, keyLength);
    top.putLong(Memory.getLong(entry + 4 + keyLength));
    top.putLong(partition.offset());
    top.putInt(partition.length());
    top.putInt(firstBlock);
    long first = index.entryAddress(firstBlock);
    top.putLong(Memory.getLong(first + 4 + Memory.getInt(first) + TableIndex.OFFSET));
  }
}
