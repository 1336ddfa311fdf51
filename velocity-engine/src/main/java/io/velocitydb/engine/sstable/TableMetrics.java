package io.velocitydb.engine.sstable;

import io.velocitydb.engine.time.Clock;
import java.util.concurrent.atomic.LongAdder;

/** What reading tables cost and met; one for all tables of a database. Thread-safe. */
public final class TableMetrics {
  private final LongAdder blockReads = new LongAdder();
  private final LongAdder blockReadBytes = new LongAdder();
  private final LongAdder checksumRetries = new LongAdder();
  private final LongAdder corruptions = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final LongAdder waitNanos = new LongAdder();
  private final Clock clock;

  public TableMetrics() {
    this(Clock.system());
  }

  /**
   * @param clock for how long readers wait
   */
  public TableMetrics(Clock clock) {
    this.clock = clock;
  }

  void countBlockRead(int bytes) {
    blockReads.increment();
    blockReadBytes.add(bytes);
  }

  long nanoTime() {
    return clock.nanoTime();
  }

  void countWait(long begunNanos) {
    waits.increment();
    waitNanos.add(clock.nanoTime() - begunNanos);
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

  /** Blocks that were read because a reader did not find them in the cache. */
  public long waits() {
    return waits.sum();
  }

  /** How long reading and unpacking them took, in nanoseconds. */
  public long waitNanos() {
    return waitNanos.sum();
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
