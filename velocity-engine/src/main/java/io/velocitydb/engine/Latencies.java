package io.velocitydb.engine;

import io.velocitydb.engine.metrics.LatencyBuckets;

/**
 * How long operations took, from those that were timed: one in 64. Immutable. A figure is too high
 * by a sixteenth at most.
 */
public final class Latencies {
  private final long[] counts;
  private final long count;

  /**
   * @param counts timed operations of each class of {@link LatencyBuckets}
   */
  public Latencies(long[] counts) {
    this.counts = counts.clone();
    long sum = 0;
    for (long each : counts) {
      sum += each;
    }
    count = sum;
  }

  /** Operations that were timed. */
  public long count() {
    return count;
  }

  /** What the given share (0 to 1) of the operations did not exceed, in nanoseconds; 0 for none. */
  public long percentileNanos(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return LatencyBuckets.highest(i);
      }
    }
    return 0;
  }

  /** Half of the operations took no longer, in nanoseconds. */
  public long p50Nanos() {
    return percentileNanos(0.5);
  }

  /** 90 % took no longer. */
  public long p90Nanos() {
    return percentileNanos(0.9);
  }

  /** 99 % took no longer. */
  public long p99Nanos() {
    return percentileNanos(0.99);
  }

  /** 99.9 % took no longer. */
  public long p999Nanos() {
    return percentileNanos(0.999);
  }

  /** What came after {@code before}, which was taken earlier. */
  Latencies since(Latencies before) {
    long[] difference = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      difference[i] = Math.max(0, counts[i] - before.counts[i]);
    }
    return new Latencies(difference);
  }

  @Override
  public String toString() {
    return "p50 %d ns, p90 %d ns, p99 %d ns, p99.9 %d ns"
        .formatted(p50Nanos(), p90Nanos(), p99Nanos(), p999Nanos());
  }
}
