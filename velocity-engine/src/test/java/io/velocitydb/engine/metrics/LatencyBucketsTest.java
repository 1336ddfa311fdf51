package io.velocitydb.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Durations and their classes. */
class LatencyBucketsTest {
  @Test
  void aClassSaysADurationToASixteenth() {
    for (long nanos = 0; nanos < 1L << 41; nanos += 1 + nanos / 50) {
      long said = LatencyBuckets.highest(LatencyBuckets.of(nanos));
      assertThat(said).isBetween(nanos, nanos + nanos / 16);
    }
  }

  @Test
  void longerDurationsNeverHaveALowerClass() {
    int before = -1;
    for (long nanos = 0; nanos < 1L << 45; nanos += 1 + nanos / 1_000) {
      int bucket = LatencyBuckets.of(nanos);
      assertThat(bucket).isBetween(before, before + 1);
      before = bucket;
    }
    assertThat(before).isEqualTo(LatencyBuckets.COUNT - 1);
    assertThat(LatencyBuckets.of(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
    assertThat(LatencyBuckets.of(-5)).isZero();
  }
}
