package io.velocitydb.engine.sstable;

/**
 * How an SSTable is written.
 *
 * @param blockBytes size of a data block before compression, at least 16; one entry may exceed it
 * @param restartInterval entries from one restart point of a block to the next, at least 1
 * @param hashIndex whether data blocks carry an index from key to restart point
 * @param bloomFalsePositiveRate wanted share of filter hits for missing keys; 1 for no filter
 * @param compression of blocks that get smaller by an eighth or more
 * @param partitionBytes size at which a partition of index or filter ends, before compression; one
 *     of them may exceed it by an entry; 0 for an index and a filter of one block each
 */
public record TableOptions(
    int blockBytes,
    int restartInterval,
    boolean hashIndex,
    double bloomFalsePositiveRate,
    BlockCompression compression,
    int partitionBytes) {
  private static final TableOptions DEFAULTS =
      new TableOptions(4096, 16, true, 0.01, BlockCompression.LZ4, 4096);

  public TableOptions {
    if (blockBytes < 16
        || restartInterval < 1
        || partitionBytes < 0
        || !(bloomFalsePositiveRate > 0 && bloomFalsePositiveRate <= 1)) {
      throw new IllegalArgumentException(
          "block of %d bytes, restart interval %d, false positive rate %s, partition of %d bytes"
              .formatted(blockBytes, restartInterval, bloomFalsePositiveRate, partitionBytes));
    }
  }

  /** Blocks and partitions of 4 KiB, LZ4, a false positive rate of one percent. */
  public static TableOptions defaults() {
    return DEFAULTS;
  }

  public TableOptions withBlockBytes(int bytes) {
    return new TableOptions(
        bytes, restartInterval, hashIndex, bloomFalsePositiveRate, compression, partitionBytes);
  }

  public TableOptions withBloomFalsePositiveRate(double rate) {
    return new TableOptions(
        blockBytes, restartInterval, hashIndex, rate, compression, partitionBytes);
  }

  public TableOptions withCompression(BlockCompression value) {
    return new TableOptions(
        blockBytes, restartInterval, hashIndex, bloomFalsePositiveRate, value, partitionBytes);
  }

  public TableOptions withPartitionBytes(int bytes) {
    return new TableOptions(
        blockBytes, restartInterval, hashIndex, bloomFalsePositiveRate, compression, bytes);
  }
}
