package io.velocitydb.bench.load;

import org.HdrHistogram.Histogram;

/**
 * What a run measured.
 *
 * @param operations replies counted
 * @param errors error replies among them
 * @param misses replies to a GET whose key was not there
 * @param nanos length of the measured part of the run
 * @param latency nanoseconds from when a request was sent, or under a given rate from when it was
 *     due, until the bytes that hold its reply were read
 */
public record LoadResult(long operations, long errors, long misses, long nanos, Histogram latency) {
  /** Replies in a second. */
  public double perSecond() {
    return operations * 1e9 / nanos;
  }

  /** Latency at a percentile, in milliseconds. */
  public double latencyMillis(double percentile) {
    return latency.getValueAtPercentile(percentile) / 1e6;
  }
}
