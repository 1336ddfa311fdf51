package io.velocitydb.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TurnsTest {
  @Test
  void everyOtherPairIsTurnedRound() {
    assertThat(Turns.of("A", "B", 2)).containsExactly("A", "B", "B", "A");
    assertThat(Turns.of("A", "B", 3)).containsExactly("A", "B", "B", "A", "A", "B");
  }
}
