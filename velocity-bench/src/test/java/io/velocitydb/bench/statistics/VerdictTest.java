package io.velocitydb.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VerdictTest {
  @Test
  void aVerdictSaysWhetherTheIntervalReachesAcrossTheTarget() {
    assertThat(Verdict.atLeast(1.2, 1.5, 1.3, 1.7)).isEqualTo(Verdict.YES);
    assertThat(Verdict.atLeast(1.2, 1.5, 1.1, 1.9)).isEqualTo(Verdict.LIKELY);
    assertThat(Verdict.atLeast(1.2, 1.1, 0.9, 1.3)).isEqualTo(Verdict.UNLIKELY);
    assertThat(Verdict.atLeast(1.2, 1.0, 0.9, 1.1)).isEqualTo(Verdict.NO);
  }

  @Test
  void aFigureThatIsToBeSmallIsJudgedTheOtherWayRound() {
    assertThat(Verdict.atMost(1, 0.5, 0.4, 0.6)).isEqualTo(Verdict.YES);
    assertThat(Verdict.atMost(1, 0.9, 0.7, 1.1)).isEqualTo(Verdict.LIKELY);
    assertThat(Verdict.atMost(1, 1.1, 0.9, 1.3)).isEqualTo(Verdict.UNLIKELY);
    assertThat(Verdict.atMost(1, 2, 1.5, 2.5)).isEqualTo(Verdict.NO);
  }
}
