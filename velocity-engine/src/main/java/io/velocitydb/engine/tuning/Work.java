package io.velocitydb.engine.tuning;

import java.util.List;

/**
 * What an engine did between two looks.
 *
 * @param seconds that have passed; more than 0
 * @param hits blocks that were found in the cache
 * @param misses blocks that had to be read for the cache
 * @param foundWithMore of the misses, those that a cache larger by 1, 2, 4, ... steps would not
 *     have had
 * @param missNanos how long one miss takes, in nanoseconds
 * @param writtenBytes bytes that came into memtables
 * @param stallNanos nanoseconds that writes were held back
 */
public record Work(
    double seconds,
    long hits,
    long misses,
    List<Long> foundWithMore,
    double missNanos,
    long writtenBytes,
    long stallNanos) {
  public Work {
    foundWithMore = List.copyOf(foundWithMore);
  }

  /**
   * Misses that one step more would save, on average over that larger size for which it is most: a
   * working set that is read in turn hits only once all of it fits.
   */
  double savedByAStep() {
    double most = 0;
    for (int i = 0; i < foundWithMore.size(); i++) {
      most = Math.max(most, (double) foundWithMore.get(i) / (1L << i));
    }
    return most;
  }
}
