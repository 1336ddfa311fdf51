package io.velocitydb.bench.redis;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param keys that are set before anything is measured
 * @param valueBytes of each
 * @param connections at the same time
 * @param rounds pairs of turns, one of either server
 * @param warmUp for which a load runs before it counts
 * @param measure as fast as it goes
 * @param half at half of that
 */
record Scale(
    int keys,
    int valueBytes,
    int connections,
    int rounds,
    Duration warmUp,
    Duration measure,
    Duration half) {

  /** What the figures in the documentation come from: about an hour and a half. */
  static Scale full() {
    return new Scale(
        1_000_000, 100, 50, 4, Duration.ofSeconds(2), Duration.ofSeconds(6), Duration.ofSeconds(4));
  }

  /** A look at all of it in less than ten minutes. */
  static Scale quick() {
    return new Scale(
        1_000_000,
        100,
        50,
        2,
        Duration.ofMillis(400),
        Duration.ofMillis(900),
        Duration.ofMillis(600));
  }

  Scale withRounds(int value) {
    return new Scale(keys, valueBytes, connections, value, warmUp, measure, half);
  }

  Scale withKeys(int value) {
    return new Scale(value, valueBytes, connections, rounds, warmUp, measure, half);
  }
}
