package io.velocitydb.client.connection;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: exponential with full jitter, from 50 ms to 2 s.
 *
 * <p>The n-th wait is drawn evenly from zero to {@code min(2 s, 50 ms x 2^n)}, so that clients
 * which lost one server together do not come back together ("Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015). Confined to one thread.
 */
final class Backoff {

  static final long FIRST_NANOS = Duration.ofMillis(50).toNanos();
  static final long LONGEST_NANOS = Duration.ofSeconds(2).toNanos();

  private final RandomGenerator random;
  private int attempts;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The next wait in nanoseconds. */
  long nextNanos() {
    return pauseNanos(random, attempts++);
  }

  /**
   * The wait in nanoseconds after attempts that failed.
   *
   * @param failures how many failed before the last one, from 0
   */
  static long pauseNanos(RandomGenerator random, int failures) {
    long ceiling = Math.min(LONGEST_NANOS, FIRST_NANOS << Math.min(failures, 10));
    return random.nextLong(ceiling + 1);
  }

  /** After a success the next wait is a short one again. */
  void reset() {
    attempts = 0;
  }
}
