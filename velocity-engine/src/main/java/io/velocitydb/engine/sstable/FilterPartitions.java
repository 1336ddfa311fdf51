package io.velocitydb.engine.sstable;

/**
 * How the lines of a filter lie in a file, cut into partitions of as many lines each; the last one
 * may have fewer. So the place of a key's line follows from the key's hash, without a list.
 *
 * @param offset of the first partition
 * @param lines of all partitions, at least 1
 * @param probes bits of one key
 * @param linesEach lines of a partition, at least 1
 */
record FilterPartitions(long offset, int lines, int probes, int linesEach) {
  /** Most lines that leave the bytes of all partitions an int. */
  static final int MOST_LINES =
      Integer.MAX_VALUE / (BloomFilter.LINE_BYTES + BlockTrailer.BYTES) - 1;

  /** Number of partitions. */
  int count() {
    return (lines - 1) / linesEach + 1;
  }

  /** Lines of partition i. */
  int lines(int i) {
    return Math.min(linesEach, lines - i * linesEach);
  }

  /** Where partition i begins in the file. */
  long offset(int i) {
    return offset + i * partitionBytes(linesEach);
  }

  /** Bytes of partition i in the file. */
  int storedLength(int i) {
    return lines(i) * BloomFilter.LINE_BYTES + BlockTrailer.BYTES;
  }

  /** All partitions, as one piece of the file. */
  BlockHandle handle() {
    int last = count() - 1;
    return new BlockHandle(offset, (int) (offset(last) + storedLength(last) - offset));
  }

  /** Whether shape and length of a filter that a file names are possible. */
  static boolean isPossible(BlockHandle all, int probes, int linesEach) {
    if (probes < 1 || probes > BloomFilter.MAX_PROBES || linesEach < 1) {
      return false;
    }
    long rest = all.length() % partitionBytes(linesEach);
    return rest == 0
        || (rest > BlockTrailer.BYTES && (rest - BlockTrailer.BYTES) % BloomFilter.LINE_BYTES == 0);
  }

  /** The filter that fills a piece of a file. */
  static FilterPartitions of(BlockHandle all, int probes, int linesEach) {
    long whole = all.length() / partitionBytes(linesEach);
    long rest = all.length() % partitionBytes(linesEach);
    long lines = whole * linesEach;
    if (rest > 0) {
      lines += (rest - BlockTrailer.BYTES) / BloomFilter.LINE_BYTES;
    }
    return new FilterPartitions(all.offset(), (int) lines, probes, linesEach);
  }

  private static long partitionBytes(int linesEach) {
    return (long) linesEach * BloomFilter.LINE_BYTES + BlockTrailer.BYTES;
  }
}
