package io.velocitydb.engine;

import java.time.Duration;

/** Counters and latencies of all databases of an engine. Thread-safe. */
public interface PerformanceMetrics {
  /** Everything since the engine was opened; dropped databases count on. */
  MetricsSnapshot snapshot();

  /** Counts an operation that its caller gave up; the engine itself has no deadlines. */
  void countTimeout();

  /**
   * Tells a listener at every interval what happened in it.
   *
   * @param interval at least a millisecond
   * @return ends it; one call may still be under way then
   */
  Registration every(Duration interval, MetricsSnapshotListener listener);

  /** A listener that gets snapshots. */
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
