package io.velocitydb.server.hotkeys;

import io.velocitydb.server.hotkeys.KeySketch.Visitor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the keys that one thread touches; others may read meanwhile.
 *
 * <p>Only some are looked at: one in {@link #every} on average, in steps drawn at random, so that
 * no rhythm of the requests hides a key. A key that is looked at counts for that many. How many are
 * looked at adapts, to between {@value #SAMPLES} in 100 ms and in 400 ms: all of a quiet server,
 * few in a thousand of a busy one, and so less than one part in a hundred of a thread's time goes
 * into it. The others cost the decrement of a counter.
 *
 * <p>Weights are halved every {@value #HALF_LIFE_SECONDS} seconds, and so is the time over which
 * they were counted; their quotient is a rate that forgets.
 */
public final class HotKeyRecorder {
  static final int HALF_LIFE_SECONDS = 10;

  /** Looked at between two adjustments. */
  static final int SAMPLES = 512;

  static final int EVERY_MAX = 4_096;

  private static final long HALF_LIFE = TimeUnit.SECONDS.toNanos(HALF_LIFE_SECONDS);
  private static final long TOO_FAST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long TOO_SLOW = TimeUnit.MILLISECONDS.toNanos(400);

  /** After so many nothing is left of a weight. */
  private static final long HALVINGS_MAX = 64;

  private static final double NANOS = 1e9;

  /** Until the next that is looked at; the thread's own. */
  private int left = 1;

  // Guarded by this.
  private final LongSupplier nanoTime;
  private final KeySketch sketch;
  private int every = 1;
  private int samples;
  private long random;
  private long adjustedAt;
  private long halvedAt;
  private double secondsBefore;

  HotKeyRecorder(long seed, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    sketch = new KeySketch(seed);
    random = seed;
    adjustedAt = nanoTime.getAsLong();
    halvedAt = adjustedAt;
  }

  /** Counts a key in native memory. Called by its thread only; allocates nothing. */
  public void touched(String database, long address, int length, boolean write) {
    if (--left <= 0) {
      left = look(database, address, length, write);
    }
  }

  /** Takes a key in, and tells how many further ones to take no notice of until the next. */
  private synchronized int look(String database, long address, int length, boolean write) {
    long now = nanoTime.getAsLong();
    forget(now);
    sketch.add(database, address, length, write, every);
    if (++samples == SAMPLES) {
      adjust(now);
    }
    return every == 1 ? 1 : 1 + (int) (draw() % (2L * every - 1));
  }

  private void adjust(long now) {
    long took = now - adjustedAt;
    if (took < TOO_FAST) {
      every = Math.min(2 * every, EVERY_MAX);
    } else if (took > TOO_SLOW) {
      every = Math.max(every / 2, 1);
    }
    samples = 0;
    adjustedAt = now;
  }

  /** Not negative: xorshift64 (Marsaglia, "Xorshift RNGs", 2003), without its lowest bit. */
  private long draw() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random >>> 1;
  }

  private void forget(long now) {
    long halvings = Math.min((now - halvedAt) / HALF_LIFE, HALVINGS_MAX);
    for (long i = 0; i < halvings; i++) {
      sketch.halve();
      secondsBefore = (secondsBefore + HALF_LIFE_SECONDS) / 2;
      halvedAt += HALF_LIFE;
    }
    if (now - halvedAt >= HALF_LIFE) {
      halvedAt = now;
    }
  }

  /** One in how many is looked at. */
  synchronized int every() {
    return every;
  }

  /** Shows what is known of every key, a second. Called by any thread. */
  synchronized void forEach(Visitor visitor) {
    long now = nanoTime.getAsLong();
    forget(now);
    // In the first second of all a key that was touched once is not hot yet.
    double seconds = Math.max(1, secondsBefore + (now - halvedAt) / NANOS);
    sketch.forEach(
        (hash, database, key, keyBytes, reads, writes, error) ->
            visitor.visit(
                hash, database, key, keyBytes, reads / seconds, writes / seconds, error / seconds));
  }
}
