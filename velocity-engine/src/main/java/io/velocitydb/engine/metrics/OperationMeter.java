package io.velocitydb.engine.metrics;

import io.velocitydb.engine.time.Clock;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the failures of one kind of operation and times one in {@value #EVERY} of each thread's.
 * Thread-safe, without waiting; allocates nothing.
 *
 * <p>Reading the clock twice takes as long as a tenth of a read, so most are not timed. Which ones
 * are, follows from a counter that some threads share and that may lose a step when two of them
 * meet: it only has to be fast.
 */
public final class OperationMeter {
  /** One operation of so many is timed. */
  public static final int EVERY = 64;

  private static final int SLOTS = 64;

  /** A counter has a cache line of its own. */
  private static final int STRIDE = 16;

  private final int[] turns = new int[SLOTS * STRIDE];
  private final AtomicLongArray times = new AtomicLongArray(LatencyBuckets.COUNT);
  private final LongAdder failures = new LongAdder();

  /** When a timed operation begins, by the clock's nanoseconds; 0 for one that is not timed. */
  public long begin(Clock clock) {
    int slot = (int) (Thread.currentThread().threadId() & (SLOTS - 1)) * STRIDE;
    if ((turns[slot]++ & (EVERY - 1)) != 0) {
      return 0;
    }
    long now = clock.nanoTime();
    return now == 0 ? 1 : now;
  }

  /** An operation has ended. */
  public void end(long begun, Clock clock) {
    if (begun != 0) {
      times.getAndIncrement(LatencyBuckets.of(clock.nanoTime() - begun));
    }
  }

  /** An operation has failed. */
  public void failed() {
    failures.increment();
  }

  /** Operations that failed. */
  public long failures() {
    return failures.sum();
  }

  /** Adds the timed operations to classes of {@link LatencyBuckets}. */
  public void addTo(long[] counts) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += times.get(i);
    }
  }
}
