package io.velocitydb.server.metrics;

import io.velocitydb.protocol.Opcode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Requests, errors, timeouts and latencies of every command. Each event loop counts by itself in a
 * {@link Recorder}; a reader adds them up. Thread-safe.
 */
public final class CommandMetrics {
  /**
   * Upper bounds of the latency buckets: powers of two from 1 microsecond to 33 seconds; the last
   * is for the rest.
   */
  static final int BUCKETS = 27;

  private static final int FIRST_BOUND_SHIFT = 10;

  private final List<Recorder> recorders = new CopyOnWriteArrayList<>();

  /** A recorder for one thread. */
  public Recorder newRecorder() {
    Recorder recorder = new Recorder();
    recorders.add(recorder);
    return recorder;
  }

  /** Upper bound of a bucket in seconds. */
  static double boundSeconds(int bucket) {
    return bucket == BUCKETS - 1
        ? Double.POSITIVE_INFINITY
        : (double) (1L << (FIRST_BOUND_SHIFT + bucket)) / 1e9;
  }

  /** Upper bounds of all buckets in seconds. */
  public static double[] boundsSeconds() {
    double[] bounds = new double[BUCKETS];
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      bounds[bucket] = boundSeconds(bucket);
    }
    return bounds;
  }

  /** Which bucket a latency falls into. */
  static int bucket(long nanos) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, nanos - 1));
    return Math.clamp(bits - FIRST_BOUND_SHIFT, 0, BUCKETS - 1);
  }

  /** The sums over all threads for one command. */
  public Totals totals(Opcode opcode) {
    Totals totals = new Totals(new long[BUCKETS]);
    for (Recorder recorder : recorders) {
      recorder.addTo(totals, opcode.ordinal());
    }
    return totals;
  }

  /** Sums of one command; a snapshot that may be off by requests in flight. */
  public static final class Totals {
    private final long[] buckets;
    private long errors;
    private long timeouts;
    private long nanos;

    Totals(long[] buckets) {
      this.buckets = buckets;
    }

    /** What was counted since {@code earlier}, which was read from the same command before. */
    public Totals minus(Totals earlier) {
      Totals between = new Totals(buckets.clone());
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        between.buckets[bucket] -= earlier.buckets[bucket];
      }
      between.errors = errors - earlier.errors;
      between.timeouts = timeouts - earlier.timeouts;
      between.nanos = nanos - earlier.nanos;
      return between;
    }

    /** How many fell into each bucket alone. */
    public long[] buckets() {
      return buckets.clone();
    }

    /** Requests answered. */
    public long count() {
      long count = 0;
      for (long bucket : buckets) {
        count += bucket;
      }
      return count;
    }

    /** Of these, answered with an error. */
    public long errors() {
      return errors;
    }

    /** Of the errors, timeouts. */
    public long timeouts() {
      return timeouts;
    }

    /** Time spent in all of them. */
    public long nanos() {
      return nanos;
    }

    /**
     * The latency that a share of the requests did not pass, as the upper bound of its bucket, in
     * nanoseconds; 0 without requests.
     *
     * @param share above 0, at most 1
     */
    public long percentileNanos(double share) {
      long rank = (long) Math.ceil(count() * share);
      long seen = 0;
      for (int bucket = 0; bucket < BUCKETS && rank > 0; bucket++) {
        seen += buckets[bucket];
        if (seen >= rank) {
          return 1L << (FIRST_BOUND_SHIFT + bucket);
        }
      }
      return 0;
    }
  }

  /** The counters of one thread, which alone writes them; others may read a moment late. */
  public static final class Recorder {
    private static final int COMMANDS = Opcode.values().length;

    private final long[] buckets = new long[COMMANDS * BUCKETS];
    private final long[] nanos = new long[COMMANDS];
    private final long[] errors = new long[COMMANDS];
    private final long[] timeouts = new long[COMMANDS];

    private Recorder() {}

    /** Counts an answered request. */
    public void answered(Opcode opcode, long tookNanos) {
      int command = opcode.ordinal();
      buckets[command * BUCKETS + bucket(tookNanos)]++;
      nanos[command] += tookNanos;
    }

    /** Counts that an answered request ended in an error. */
    public void failed(Opcode opcode, boolean timeout) {
      errors[opcode.ordinal()]++;
      if (timeout) {
        timeouts[opcode.ordinal()]++;
      }
    }

    private void addTo(Totals totals, int command) {
      for (int i = 0; i < BUCKETS; i++) {
        totals.buckets[i] += buckets[command * BUCKETS + i];
      }
      totals.nanos += nanos[command];
      totals.errors += errors[command];
      totals.timeouts += timeouts[command];
    }
  }
}
