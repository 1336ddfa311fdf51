package io.velocitydb.client.telemetry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts latencies in buckets whose width is at most 1/32 of their value, from 1 microsecond to
 * about 19 hours; longer ones count as the longest.
 *
 * <p>The log-linear layout of HdrHistogram with 5 bits of precision: a number below 64 has a bucket
 * of its own; above, the position of its highest bit picks a row and the next five bits a column.
 * Recording is wait free and allocates nothing; reading while others record gives some moment's
 * counts. Thread safe.
 */
public final class LatencyHistogram {

  private static final int PRECISION_BITS = 5;
  private static final int COLUMNS = 1 << PRECISION_BITS;
  private static final int HIGHEST_BIT_MAX = 35;
  private static final int BUCKETS = (HIGHEST_BIT_MAX - PRECISION_BITS + 2) * COLUMNS;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

  /** An empty histogram. */
  public LatencyHistogram() {}

  /** Counts one latency in nanoseconds; what is negative counts as 0. */
  public void record(long latencyNanos) {
    counts.getAndIncrement(bucket(Math.max(0, latencyNanos) / 1000));
  }

  /** How many were counted. */
  public long count() {
    long sum = 0;
    for (int i = 0; i < BUCKETS; i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /**
   * The latency that {@code percentile} percent of the counted ones do not exceed, rounded up by at
   * most 1/32; zero when nothing was counted.
   *
   * @param percentile from 0 to 100
   */
  public Duration percentile(double percentile) {
    if (!(percentile >= 0 && percentile <= 100)) {
      throw new IllegalArgumentException("a percentile is from 0 to 100, not " + percentile);
    }
    long[] copy = new long[BUCKETS];
    long total = 0;
    for (int i = 0; i < BUCKETS; i++) {
      copy[i] = counts.get(i);
      total += copy[i];
    }
    if (total == 0) {
      return Duration.ZERO;
    }
    long wanted = Math.max(1, (long) Math.ceil(total * (percentile / 100)));
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += copy[i];
      if (seen >= wanted) {
        return Duration.ofNanos(highestOf(i) * 1000);
      }
    }
    throw new IllegalStateException("the buckets hold fewer than " + total);
  }

  static int bucket(long micros) {
    int highestBit = 63 - Long.numberOfLeadingZeros(micros | 1);
    if (highestBit <= PRECISION_BITS) {
      return (int) micros;
    }
    if (highestBit > HIGHEST_BIT_MAX) {
      return BUCKETS - 1;
    }
    int shift = highestBit - PRECISION_BITS;
    return (shift + 1) * COLUMNS + (int) ((micros >>> shift) & (COLUMNS - 1));
  }

  /** The highest number of microseconds that falls into the bucket. */
  static long highestOf(int bucket) {
    int row = bucket / COLUMNS;
    if (row <= 1) {
      return bucket;
    }
    int shift = row - 1;
    return ((COLUMNS + bucket % COLUMNS + 1L) << shift) - 1;
  }
}
