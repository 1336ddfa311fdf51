package io.velocitydb.engine.metrics;

/**
 * Log-linear classes of durations: sixteen between a power of two and the next, so that what a
 * class says is wrong by a sixteenth at most. As HdrHistogram has them (G. Tene), at a fixed size.
 */
public final class LatencyBuckets {
  private static final int STEP_BITS = 4;
  private static final int STEPS = 1 << STEP_BITS;

  /** Beyond this everything is the last class: 2^42 ns, more than an hour. */
  private static final int MOST_BITS = 42;

  /** Number of classes. */
  public static final int COUNT = (MOST_BITS - STEP_BITS + 1) * STEPS;

  private LatencyBuckets() {}

  /** The class of a duration in nanoseconds; what is negative counts as nothing. */
  public static int of(long nanos) {
    if (nanos < STEPS) {
      return (int) Math.max(0, nanos);
    }
    int shift = 63 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
    int bucket = shift * STEPS + (int) (nanos >>> shift);
    return Math.min(bucket, COUNT - 1);
  }

  /** The longest duration of a class, in nanoseconds. */
  public static long highest(int bucket) {
    if (bucket < STEPS) {
      return bucket;
    }
    int shift = bucket / STEPS - 1;
    return ((long) (bucket - shift * STEPS + 1) << shift) - 1;
  }
}
