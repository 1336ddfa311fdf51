package io.velocitydb.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param operations replies counted
 * @param errors error replies among them
 * @param nanos length of the measured part of the run
 * @param latency nanoseconds from the write of a request's group to its own reply
 */
public record LoadResult(long operations, long errors, long nanos, Histogram latency) {
  /** Replies in a second. */
  public double perSecond() {
    return operations * 1e9 / nanos;
  }

  /** Latency at a percentile, in milliseconds. */
  public double latencyMillis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }
}
