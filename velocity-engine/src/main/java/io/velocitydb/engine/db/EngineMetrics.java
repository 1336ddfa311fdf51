package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Latencies;
import io.velocitydb.engine.MetricsSnapshot;
import io.velocitydb.engine.MetricsSnapshotListener;
import io.velocitydb.engine.PerformanceMetrics;
import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.metrics.LatencyBuckets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds up what the databases count. */
final class EngineMetrics implements PerformanceMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(EngineMetrics.class);

  private final Background background;
  private final Supplier<List<LsmDatabase>> open;
  private final LongAdder timeouts = new LongAdder();

  /** Of databases that were dropped; guarded by itself. */
  private final Sum dropped = new Sum();

  EngineMetrics(Background background, Supplier<List<LsmDatabase>> open) {
    this.background = background;
    this.open = open;
  }

  private static final class Sum {
    private long reads;
    private long hits;
    private long writes;
    private long errors;
    private final long[] readTimes = new long[LatencyBuckets.COUNT];
    private final long[] writeTimes = new long[LatencyBuckets.COUNT];

    void add(LsmDatabase database) {
      // Hits first: so there are never more than reads.
      hits += database.hits();
      reads += database.reads();
      writes += database.store().pipeline().operations();
      errors += database.readMeter().failures() + database.writeMeter().failures();
      database.readMeter().addTo(readTimes);
      database.writeMeter().addTo(writeTimes);
    }

    void add(Sum other) {
      reads += other.reads;
      hits += other.hits;
      writes += other.writes;
      errors += other.errors;
      for (int i = 0; i < readTimes.length; i++) {
        readTimes[i] += other.readTimes[i];
        writeTimes[i] += other.writeTimes[i];
      }
    }
  }

  /** Keeps the figures of a database that will not be asked any more. */
  void keep(LsmDatabase database) {
    synchronized (dropped) {
      dropped.add(database);
    }
  }

  @Override
  public MetricsSnapshot snapshot() {
    Sum sum = new Sum();
    synchronized (dropped) {
      sum.add(dropped);
    }
    open.get().forEach(sum::add);
    return new MetricsSnapshot(
        sum.reads,
        sum.writes,
        sum.hits,
        sum.reads - sum.hits,
        sum.errors,
        timeouts.sum(),
        new Latencies(sum.readTimes),
        new Latencies(sum.writeTimes));
  }

  @Override
  public void countTimeout() {
    timeouts.increment();
  }

  @Override
  public Registration every(Duration interval, MetricsSnapshotListener listener) {
    if (interval.toMillis() < 1) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "an interval has at least 1 ms, not " + interval);
    }
    Background.Timer timer =
        background.every(Lane.LOG, interval.toMillis(), new Ticks(listener, snapshot())::next);
    return timer::cancel;
  }

  /** One listener and the snapshot that it got last. */
  private final class Ticks {
    private final MetricsSnapshotListener listener;
    private MetricsSnapshot before;

    Ticks(MetricsSnapshotListener listener, MetricsSnapshot before) {
      this.listener = listener;
      this.before = before;
    }

    synchronized void next() {
      MetricsSnapshot now = snapshot();
      MetricsSnapshot since = now.since(before);
      before = now;
      try {
        listener.interval(since);
      } catch (RuntimeException e) {
        LOG.error("a listener for metrics threw; it must not", e);
      }
    }
  }
}
