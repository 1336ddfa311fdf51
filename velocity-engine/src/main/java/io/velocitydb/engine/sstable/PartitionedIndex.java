package io.velocitydb.engine.sstable;

import io.velocitydb.engine.block.BlockPin;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.memory.NativeMemory;

/**
 * Reads an index partition by partition, and holds the two that were asked last: a reader who looks
 * ahead goes back and forth between two of them.
 */
final class PartitionedIndex implements BlockIndex {
  private static final int NONE = -1;

  private final TablePartitions partitions;
  private final CacheUse use;
  private BlockPin pin;
  private BlockPin otherPin;

  /** Which partition is in each pin. */
  private int partition = NONE;

  private int otherPartition = NONE;

  PartitionedIndex(TablePartitions partitions, NativeMemory memory, CacheUse use) {
    this.partitions = partitions;
    this.use = use;
    pin = new BlockPin(memory);
    otherPin = new BlockPin(memory);
  }

  private void open(int i) {
    if (i == partition) {
      return;
    }
    BlockPin swap = pin;
    pin = otherPin;
    otherPin = swap;
    int before = otherPartition;
    otherPartition = partition;
    partition = before;
    if (i != before) {
      partition = NONE;
      partitions.pinIndex(i, use, true, pin);
      partition = i;
    }
  }

  /** Opens the partition that has a block; returns the block's place in it. */
  private int openBlock(int block) {
    int low = 0;
    int high = partitions.indexPartitions() - 1;
    if (partition != NONE && partitions.firstBlock(partition) <= block) {
      // Mostly the same one or the next.
      low = partition;
      high = partition < high && block < partitions.firstBlock(partition + 1) ? partition : high;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (partitions.firstBlock(middle) <= block) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    open(low);
    return block - partitions.firstBlock(low);
  }

  @Override
  public int count() {
    return partitions.blocks();
  }

  @Override
  public int find(long keyAddress, int keyLength, long sequence) {
    int i = partitions.find(keyAddress, keyLength, sequence);
    if (i == partitions.indexPartitions()) {
      return partitions.blocks();
    }
    open(i);
    return partitions.firstBlock(i) + IndexPartition.find(pin, keyAddress, keyLength, sequence);
  }

  @Override
  public long offset(int i) {
    int place = openBlock(i);
    return IndexPartition.offset(pin, place);
  }

  @Override
  public int storedLength(int i) {
    int place = openBlock(i);
    return IndexPartition.storedLength(pin, place);
  }

  @Override
  public int firstKnownWith(int i) {
    return i - openBlock(i);
  }

  @Override
  public int lastKnownWith(int i) {
    int first = firstKnownWith(i);
    return first + partitions.blocksOf(partition) - 1;
  }

  @Override
  public void letGo() {
    partition = NONE;
    otherPartition = NONE;
    pin.close();
    otherPin.close();
  }
}
