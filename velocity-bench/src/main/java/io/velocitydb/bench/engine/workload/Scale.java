package io.velocitydb.bench.engine.workload;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param keys of a store with the smallest values; with larger ones as many fewer as keep its size
 * @param writes of a fill or an overwrite; a fill draws from as many keys
 * @param rounds pairs of measurements, one of either store
 * @param warmUp for which operations run before they count, so that they are compiled
 * @param warmUpWrites into another store, before a fill that begins empty
 * @param measure how long a measurement lasts that has no fixed number of operations
 * @param writing how long one with a fixed number of operations may last
 * @param settling how long to wait at most for flushes and merges
 * @param replayBytes of keys and values that a replay reads
 * @param limitedBytes memory of a workload with a limit; its data is four times as much
 */
public record Scale(
    long keys,
    long writes,
    int rounds,
    Duration warmUp,
    long warmUpWrites,
    Duration measure,
    Duration writing,
    Duration settling,
    long replayBytes,
    long limitedBytes) {
  private static final int KEY_BYTES = 16;
  private static final int SMALL_ENTRY = KEY_BYTES + 100;
  private static final int LIMITED_LONGER = 3;

  /** What the figures in the documentation come from: some hours. */
  public static Scale full() {
    return new Scale(
        5_000_000,
        5_000_000,
        6,
        Duration.ofSeconds(5),
        500_000,
        Duration.ofSeconds(10),
        Duration.ofMinutes(3),
        Duration.ofMinutes(3),
        256_000_000,
        512L << 20);
  }

  /** A look at all of it in less than ten minutes. */
  public static Scale quick() {
    return new Scale(
        400_000,
        1_000_000,
        2,
        Duration.ofMillis(1_500),
        150_000,
        Duration.ofMillis(1_000),
        Duration.ofSeconds(12),
        Duration.ofSeconds(12),
        64_000_000,
        256L << 20);
  }

  /** The same with another number of pairs. */
  public Scale withRounds(int value) {
    return new Scale(
        keys,
        writes,
        value,
        warmUp,
        warmUpWrites,
        measure,
        writing,
        settling,
        replayBytes,
        limitedBytes);
  }

  /**
   * How long operations run before they count. With too little memory they are slow, and it takes
   * longer until they are compiled.
   */
  public Duration warmUp(Workload workload) {
    return workload.limited() ? longestWarmUp() : warmUp;
  }

  /** The longest of any workload. */
  public Duration longestWarmUp() {
    return warmUp.multipliedBy(LIMITED_LONGER);
  }

  /** How long a measurement lasts that has no fixed number of operations; as {@link #warmUp}. */
  public Duration measure(Workload workload) {
    return workload.limited() ? longestMeasure() : measure;
  }

  /** The longest of any workload. */
  public Duration longestMeasure() {
    return measure.multipliedBy(LIMITED_LONGER);
  }

  /** Keys of a loaded store. */
  public long keys(Workload workload) {
    int entry = KEY_BYTES + workload.valueBytes();
    return workload.limited() ? 4 * limitedBytes / entry : keys * SMALL_ENTRY / entry;
  }

  /** Entries of a log that is replayed. */
  public long replayEntries(Workload workload) {
    return replayBytes / (KEY_BYTES + workload.valueBytes());
  }
}
