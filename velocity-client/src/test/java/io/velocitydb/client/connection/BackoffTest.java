package io.velocitydb.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final List<Integer> CEILINGS_MS =
      List.of(50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000);

  @Test
  void pausesAreDrawnEvenlyUpToAGrowingCeiling() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int attempt = 0; attempt < CEILINGS_MS.size(); attempt++) {
      long ceiling = Duration.ofMillis(CEILINGS_MS.get(attempt)).toNanos();
      long sum = 0;
      long largest = 0;
      for (int i = 0; i < 2_000; i++) {
        long pause = Backoff.pauseNanos(random, attempt);
        assertThat(pause).as("seed %d", seed).isBetween(0L, ceiling);
        sum += pause;
        largest = Math.max(largest, pause);
      }
      assertThat(sum / 2_000.0 / ceiling).as("mean, seed %d", seed).isBetween(0.45, 0.55);
      assertThat((double) largest / ceiling).as("largest, seed %d", seed).isGreaterThan(0.97);
    }
  }

  @Test
  void aSuccessBeginsAnew() {
    Backoff backoff = new Backoff(new Random(1));
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      pauses.add(backoff.nextNanos());
    }
    assertThat(pauses).anySatisfy(pause -> assertThat(pause).isGreaterThan(Backoff.FIRST_NANOS));
    for (int i = 0; i < 20; i++) {
      backoff.reset();
      assertThat(backoff.nextNanos()).isLessThanOrEqualTo(Backoff.FIRST_NANOS);
    }
  }
}
