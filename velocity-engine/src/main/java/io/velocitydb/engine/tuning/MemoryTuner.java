package io.velocitydb.engine.tuning;

import io.velocitydb.engine.tuning.Decision.Direction;
import java.util.Locale;

/**
 * Decides at regular looks whether memtables or cached blocks should have a step of memory of the
 * other. Each side's claim is the time that a step more would save it per second; after C. Luo and
 * M. Carey, "Breaking Down Memory Walls: Adaptive Memory Management in LSM-based Storage Systems",
 * VLDB 2020.
 *
 * <ul>
 *   <li>Blocks: the misses that a larger cache would not have had, as measured, times what a miss
 *       takes. Above the target hit rate this counts for less, in proportion to the misses left.
 *   <li>Memtables: a memtable larger by a factor f spares each byte log(f) to the base of the
 *       compaction threshold merges, and the time that writes were held back shrinks with it.
 * </ul>
 *
 * <p>What keeps it calm: a side gets a step only if it gains {@value #ADVANTAGE} times what the
 * other loses, so much that the move pays for itself within {@value #PAYBACK_SECONDS} seconds, and
 * in two looks in a row; of the last look and the smoothed ones before it, the gain is the smaller
 * figure and the loss the larger one. Steps grow only while they go the same way. What blocks would
 * lose by a step less cannot be seen beforehand, so each step to memtables is on trial for some
 * looks, unless hardly anybody reads; if blocks take it back soon after, the next attempt waits
 * twice as long. Not thread-safe.
 */
public final class MemoryTuner {
  /** What writing a byte once more in a merge takes: reading, unpacking, ordering, packing. */
  static final double MERGE_NANOS_PER_BYTE = 10;

  /** A miss unpacks and checks a block, even if the system has the file in memory. */
  private static final double LEAST_MISS_NANOS = 2_000;

  /** An index or filter comes at the rate of blocks of usual size. */
  private static final double BLOCK_BYTES = 4096;

  private static final double ADVANTAGE = 2;

  /** Moving a byte costs about as much as merging it: a flush, or a block to be read again. */
  private static final double PAYBACK_SECONDS = 600;

  private static final double SMOOTHING = 0.25;
  private static final int MOST_STEPS = 4;
  private static final int LEAST_PATIENCE = 2;
  private static final int MOST_PATIENCE = 64;

  /** Looks between two steps to memtables, in which blocks may show that they miss it. */
  private static final int TRIAL = 3;

  /** A step to memtables was wrong if blocks take it back within so many looks. */
  private static final int REFUTED_WITHIN = 16;

  /** After so many looks without a refuted step the next one is tried at once again. */
  private static final int FORGOTTEN_AFTER = 2 * MOST_PATIENCE;

  private final long least;
  private final long most;
  private final long step;
  private final double targetHitRate;
  private final double lnThreshold;

  private final Smoothed reading = new Smoothed();
  private final Smoothed writing = new Smoothed();
  private double hitRate = 1;
  private double missNanos = LEAST_MISS_NANOS;

  /** What blocks would lose a second if none of them were found any more. */
  private double mostReadingLoss;

  private Direction wanted = Direction.MEMTABLES;
  private int wantedLooks;
  private int lastSteps;
  private int looksSinceMemtables = FORGOTTEN_AFTER;
  private int looksSinceRefuted = FORGOTTEN_AFTER;
  private int patience = LEAST_PATIENCE;

  /** A figure of the last look, and on average of those before. */
  private static final class Smoothed {
    private double average;
    private double now;

    void add(double value) {
      now = value;
      average += SMOOTHING * (value - average);
    }

    double low() {
      return Math.min(now, average);
    }

    double high() {
      return Math.max(now, average);
    }
  }

  /**
   * @param least bytes that memtables keep in any case
   * @param most bytes that memtables get at most
   * @param step bytes that are moved at a time, at least 1
   * @param targetHitRate share of hits with which the cache is content, between 0 and 1
   * @param compactionThreshold runs that are merged into one, at least 2
   */
  public MemoryTuner(
      long least, long most, long step, double targetHitRate, int compactionThreshold) {
    this.least = least;
    this.most = most;
    this.step = step;
    this.targetHitRate = targetHitRate;
    this.lnThreshold = Math.log(compactionThreshold);
  }

  /**
   * Takes what was done since the last look.
   *
   * @param memtables bytes that memtables have now
   */
  public Decision look(Work work, long memtables) {
    learn(work);
    looksSinceMemtables++;
    looksSinceRefuted++;
    if (looksSinceRefuted == FORGOTTEN_AFTER) {
      patience = LEAST_PATIENCE;
    }
    double more = Math.log((double) (memtables + step) / memtables);
    double less = Math.log((double) memtables / Math.max(1, memtables - step));
    if (memtables > least && isWorth(reading.low(), writing.high() * less)) {
      return want(Direction.BLOCKS, memtables - least, reading.low(), writing.high() * less);
    }
    if (memtables < most && isWorth(writing.low() * more, reading.high())) {
      return want(Direction.MEMTABLES, most - memtables, writing.low() * more, reading.high());
    }
    wantedLooks = 0;
    lastSteps = 0;
    return Decision.NONE;
  }

  /** Nanoseconds that a byte more would save blocks in a second, by the looks until now. */
  public double blocksClaim() {
    return reading.low() / step;
  }

  /** What reading a byte of a table once more takes, in nanoseconds, by the looks until now. */
  public double reloadNanos() {
    return missNanos / BLOCK_BYTES;
  }

  private boolean isWorth(double gain, double loss) {
    return gain > step * MERGE_NANOS_PER_BYTE / PAYBACK_SECONDS && gain > ADVANTAGE * loss;
  }

  private void learn(Work work) {
    long looked = work.hits() + work.misses();
    double missed = looked == 0 ? 0 : (double) work.misses() / looked;
    hitRate = 1 - missed;
    double tolerated = 1 - targetHitRate;
    double weight = missed >= tolerated ? 1 : missed / tolerated;
    missNanos = Math.max(LEAST_MISS_NANOS, work.missNanos());
    mostReadingLoss = looked * missNanos / work.seconds();
    reading.add(work.savedByAStep() * missNanos * weight / work.seconds());
    double mergeNanos = work.writtenBytes() * MERGE_NANOS_PER_BYTE / lnThreshold;
    writing.add((mergeNanos + work.stallNanos()) / work.seconds());
  }

  private Decision want(Direction direction, long room, double gain, double loss) {
    if (direction != wanted) {
      wantedLooks = 0;
      lastSteps = 0;
    }
    wanted = direction;
    wantedLooks++;
    boolean toMemtables = direction == Direction.MEMTABLES;
    if (wantedLooks < (toMemtables ? patience : LEAST_PATIENCE)
        || (toMemtables && looksSinceMemtables < TRIAL && gain < mostReadingLoss)) {
      return Decision.NONE;
    }
    if (toMemtables) {
      looksSinceMemtables = 0;
    } else if (looksSinceMemtables < REFUTED_WITHIN) {
      looksSinceMemtables = REFUTED_WITHIN;
      looksSinceRefuted = 0;
      patience = Math.min(MOST_PATIENCE, 2 * patience);
    }
    int steps = lastSteps == 0 ? 1 : Math.min(MOST_STEPS, 2 * lastSteps);
    lastSteps = Math.clamp((room + step - 1) / step, 1, steps);
    return new Decision(
        direction,
        lastSteps,
        String.format(
            Locale.ROOT,
            "a step saves %s %.3f ms a second and costs the others %.3f (hit rate %.3f)",
            toMemtables ? "writes" : "reads",
            gain / 1e6,
            loss / 1e6,
            hitRate));
  }
}
