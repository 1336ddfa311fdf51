package io.velocitydb.engine.db;

import io.velocitydb.engine.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time by which expiry is judged: the machine's clock, but never less than it was, also over
 * restarts, so that a clock set back brings nothing back to life. Thread-safe.
 */
final class EngineTime {
  private final Clock clock;
  private final AtomicLong latest = new AtomicLong();

  EngineTime(Clock clock) {
    this.clock = clock;
  }

  /** Milliseconds since the Unix epoch. */
  long now() {
    long wall = clock.wallMillis();
    long before = latest.get();
    while (wall > before) {
      if (latest.compareAndSet(before, wall)) {
        return wall;
      }
      before = latest.get();
    }
    return before;
  }

  /** Goes on from a time that was stored. */
  void atLeast(long millis) {
    latest.accumulateAndGet(millis, Math::max);
  }
}
