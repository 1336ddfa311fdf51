package io.velocitydb.client.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void everyNumberFallsIntoABucketThatIsAtMostAThirtySecondOfItWide() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      long micros = random.nextLong(1L << 36) >>> random.nextInt(36);
      int bucket = LatencyHistogram.bucket(micros);
      long highest = LatencyHistogram.highestOf(bucket);
      assertThat(highest).as("%d, seed %d", micros, seed).isGreaterThanOrEqualTo(micros);
      assertThat(highest - micros).as("%d, seed %d", micros, seed).isLessThanOrEqualTo(micros / 32);
      if (bucket > 0) {
        assertThat(LatencyHistogram.highestOf(bucket - 1)).isLessThan(micros);
      }
    }
  }

  @Test
  void percentilesAreThoseOfTheCountedLatencies() {
    for (int millis = 1; millis <= 1_000; millis++) {
      histogram.record(TimeUnit.MILLISECONDS.toNanos(millis));
    }
    assertThat(histogram.count()).isEqualTo(1_000);
    assertThat(histogram.percentile(50)).isBetween(Duration.ofMillis(500), Duration.ofMillis(516));
    assertThat(histogram.percentile(99))
        .isBetween(Duration.ofMillis(990), Duration.ofMillis(1_021));
    assertThat(histogram.percentile(100)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(histogram.percentile(0))
        .isBetween(Duration.ofMillis(1), Duration.ofNanos(1_040_000));
  }

  @Test
  void whatIsOutsideCountsAsTheNearest() {
    histogram.record(-5);
    assertThat(histogram.percentile(100)).isEqualTo(Duration.ZERO);
    histogram.record(Long.MAX_VALUE);
    assertThat(histogram.percentile(100)).isGreaterThan(Duration.ofHours(18));
  }

  @Test
  void nothingCountedIsZeroAndAnImpossiblePercentileAnError() {
    assertThat(histogram.percentile(99)).isEqualTo(Duration.ZERO);
    assertThatThrownBy(() -> histogram.percentile(101))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> histogram.percentile(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
