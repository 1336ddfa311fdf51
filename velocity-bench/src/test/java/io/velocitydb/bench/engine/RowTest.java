package io.velocitydb.bench.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.bench.engine.Row.Verdict;
import org.junit.jupiter.api.Test;

final class RowTest {
  @Test
  void aVerdictSaysWhetherTheIntervalReachesAcrossTheTarget() {
    assertThat(Verdict.of(1.2, 1.5, 1.3, 1.7)).isEqualTo(Verdict.YES);
    assertThat(Verdict.of(1.2, 1.5, 1.1, 1.9)).isEqualTo(Verdict.LIKELY);
    assertThat(Verdict.of(1.2, 1.1, 0.9, 1.3)).isEqualTo(Verdict.UNLIKELY);
    assertThat(Verdict.of(1.2, 1.0, 0.9, 1.1)).isEqualTo(Verdict.NO);
  }
}
