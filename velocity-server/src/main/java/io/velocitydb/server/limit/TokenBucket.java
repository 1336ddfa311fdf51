package io.velocitydb.server.limit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets through so many requests a second, and after a pause up to a second's worth at once. It
 * keeps one number: when it would be full again (the virtual scheduling of ATM's generic cell rate
 * algorithm, ITU-T I.371). Thread-safe, without locks and without garbage.
 */
public final class TokenBucket {
  private static final long CAPACITY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AtomicLong fullAt;

  /** A full one. */
  TokenBucket(long nowNanos) {
    fullAt = new AtomicLong(nowNanos);
  }

  /**
   * Takes one request out of it, if there is one.
   *
   * @param nowNanos as {@link System#nanoTime}
   * @param perSecond how many come back in a second; from 1 to {@link RateLimits#PER_SECOND_MAX}
   * @return 0 when it was taken, else in how many nanoseconds there is one
   */
  long take(long nowNanos, int perSecond) {
    long cost = CAPACITY_NANOS / perSecond;
    while (true) {
      long full = fullAt.get();
      long missing = Math.max(0, full - nowNanos) + cost;
      if (missing > CAPACITY_NANOS) {
        return missing - CAPACITY_NANOS;
      }
      if (fullAt.compareAndSet(full, nowNanos + missing)) {
        return 0;
      }
    }
  }
}
