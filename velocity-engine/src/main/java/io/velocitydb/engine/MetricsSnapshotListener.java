package io.velocitydb.engine;

/** Gets what an engine did in each interval; see {@link PerformanceMetrics#every}. */
@FunctionalInterface
public interface MetricsSnapshotListener {
  /** The last interval has passed. Called on an engine thread, one call at a time; be short. */
  void interval(MetricsSnapshot snapshot);
}
