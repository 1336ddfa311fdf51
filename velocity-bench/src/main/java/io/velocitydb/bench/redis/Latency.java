package io.velocitydb.bench.redis;

import io.velocitydb.bench.load.LoadResult;

/**
 * Percentiles in milliseconds; NaN where they are not known.
 *
 * @param perSecond the rate at which they were taken
 */
record Latency(double perSecond, double p50, double p99, double p999) {
  static final Latency UNKNOWN = new Latency(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  static Latency of(LoadResult result) {
    return new Latency(
        result.perSecond(),
        result.latencyMillis(50),
        result.latencyMillis(99),
        result.latencyMillis(99.9));
  }
}
