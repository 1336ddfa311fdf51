package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background.Lane;

/**
 * Holds writes back a little, and more and more, before they would have to be held back for long.
 *
 * <p>The law: with debt {@code x}, which is 0 where all is well and 1 where nothing more can be
 * taken, writes get {@code (1 - x) / x} times the rate at which memtables are flushed. Just above 0
 * that is more than anybody writes, at a half they come in as fast as they go out, and towards 1
 * hardly anything is taken. So the debt settles where writing and working off are equally fast,
 * whatever that speed is, and a flush that takes long eats up the rest of the room ever more slowly
 * instead of all at once.
 *
 * <p>Nothing sleeps: a request that came too early stays at the head of the queue, and a timer
 * looks at the queue again. Of the applying thread, but for {@link #flushed}.
 */
final class WriteThrottle {
  /** What is taken at once after a pause, in nanoseconds of the present rate. */
  private static final long BURST_NANOS = 1_000_000;

  /** Shorter pauses would cost more than they take. */
  static final long LEAST_PAUSE_NANOS = 100_000;

  /** After which the debt is looked at again. */
  static final long MOST_PAUSE_NANOS = 2_000_000;

  /** Before anything was flushed: about what a slow disk does. */
  private static final double FIRST_RATE = 0.064;

  /** Flushes are remembered half as well after so many. */
  private static final double FADING = 0.9;

  private final TrackedBackground background;
  private final Runnable resume;

  private double flushedBytes;
  private double flushedNanos;

  /** Bytes a nanosecond; written under the monitor. */
  private volatile double drain = FIRST_RATE;

  private boolean holding;
  private long lastLook;

  /** Bytes that may still be taken; below 0 after a large request. */
  private double credit;

  private volatile boolean pausing;

  /**
   * @param resume looks at the queue again
   */
  WriteThrottle(TrackedBackground background, Runnable resume) {
    this.background = background;
    this.resume = resume;
  }

  /** A memtable was written to a table. Any thread. */
  synchronized void flushed(long bytes, long nanos) {
    if (nanos <= 0 || bytes <= 0) {
      return;
    }
    flushedBytes = flushedBytes * FADING + bytes;
    flushedNanos = flushedNanos * FADING + nanos;
    drain = flushedBytes / flushedNanos;
  }

  /** Bytes a nanosecond that are taken with some debt, above 0 and below 1. */
  private double rate(double debt) {
    return drain * (1 - debt) / debt;
  }

  /** There is no debt: a request may be applied now. */
  boolean free() {
    holding = false;
    return true;
  }

  /**
   * Whether a request may be applied now; if not, the queue is looked at again.
   *
   * @param debt above 0; at 1 and beyond nothing is taken
   */
  boolean admits(double debt, long nowNanos) {
    double rate = debt < 1 ? rate(debt) : 0;
    double most = rate * BURST_NANOS;
    if (holding) {
      credit = Math.min(most, credit + rate * (nowNanos - lastLook));
    } else {
      holding = true;
      credit = most;
    }
    lastLook = nowNanos;
    if (credit >= 0 && rate > 0) {
      return true;
    }
    pause(rate > 0 ? -credit / rate : MOST_PAUSE_NANOS);
    return false;
  }

  /** A request was applied. */
  void taken(long bytes) {
    if (holding) {
      credit -= bytes;
    }
  }

  private void pause(double nanos) {
    if (pausing) {
      return;
    }
    // Before the timer is set, and not touched after: it may have run by then.
    pausing = true;
    try {
      long pause = (long) Math.clamp(nanos, LEAST_PAUSE_NANOS, MOST_PAUSE_NANOS);
      background.after(Lane.LOG, pause, this::goOn);
    } catch (RuntimeException | Error e) {
      pausing = false;
      throw e;
    }
  }

  private void goOn() {
    pausing = false;
    resume.run();
  }
}
