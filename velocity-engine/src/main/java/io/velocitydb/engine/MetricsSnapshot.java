package io.velocitydb.engine;

/**
 * What an engine did: since it was opened, or between two moments. Immutable.
 *
 * @param reads point reads that were answered
 * @param writes operations committed
 * @param hits point reads that found an entry
 * @param misses point reads that found none
 * @param errors reads and batches that failed, but for conditions that did not hold
 * @param timeouts operations that their callers gave up, as told by {@link
 *     PerformanceMetrics#countTimeout}
 * @param readLatency how long point reads took
 * @param writeLatency how long batches took, from submit to their end
 */
public record MetricsSnapshot(
    long reads,
    long writes,
    long hits,
    long misses,
    long errors,
    long timeouts,
    Latencies readLatency,
    Latencies writeLatency) {

  /** What happened after {@code before}, a snapshot of the same engine taken earlier. */
  public MetricsSnapshot since(MetricsSnapshot before) {
    return new MetricsSnapshot(
        reads - before.reads,
        writes - before.writes,
        hits - before.hits,
        misses - before.misses,
        errors - before.errors,
        timeouts - before.timeouts,
        readLatency.since(before.readLatency),
        writeLatency.since(before.writeLatency));
  }
}
