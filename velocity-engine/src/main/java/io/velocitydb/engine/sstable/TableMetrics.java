package io.velocitydb.engine.sstable;

import java.util.concurrent.atomic.LongAdder;

/** What reading tables cost and met; one for all tables of a database. Thread-safe. */
public final class TableMetrics {
  private final LongAdder blockReads = new LongAdder();
  private final LongAdder blockReadBytes = new LongAdder();
  private final LongAdder checksumRetries = new LongAdder();
  private final LongAdder corruptions = new LongAdder();

  void countBlockRead(int bytes) {
    blockReads.increment();
    blockReadBytes.add(bytes);
  }

  void countChecksumRetry() {
    checksumRetries.increment();
  }

  void countCorruption() {
    corruptions.increment();
  }

  /** Blocks read from files. */
  public long blockReads() {
    return blockReads.sum();
  }

  /** Their bytes, as stored. */
  public long blockReadBytes() {
    return blockReadBytes.sum();
  }

  /** Blocks that were read again because their checksum did not match. */
  public long checksumRetries() {
    return checksumRetries.sum();
  }

  /** Damage that was reported as an error. */
  public long corruptions() {
    return corruptions.sum();
  }
}
