package io.velocitydb.bench.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RatioTest {
  @Test
  void theRatioIsTheGeometricMeanOfThePairs() {
    Ratio ratio = Ratio.of(List.of(200.0, 800.0), List.of(100.0, 100.0));
    assertThat(ratio.ratio()).isCloseTo(4, within(1e-9));
    assertThat(ratio.ours()).isCloseTo(400, within(1e-9));
    assertThat(ratio.theirs()).isCloseTo(100, within(1e-9));
    assertThat(ratio.ours() / ratio.theirs()).isCloseTo(ratio.ratio(), within(1e-9));
  }

  @Test
  void theBoundIsStudentsOfTheLogarithms() {
    // Logarithms 0, ln 2, ln 4: mean ln 2, deviation ln 2, so ln 2 -+ 4.303 ln 2 / sqrt 3.
    Ratio ratio = Ratio.of(List.of(1.0, 2.0, 4.0), List.of(1.0, 1.0, 1.0));
    double bound = 4.303 * Math.log(2) / Math.sqrt(3);
    assertThat(ratio.low()).isCloseTo(2 * Math.exp(-bound), within(1e-9));
    assertThat(ratio.high()).isCloseTo(2 * Math.exp(bound), within(1e-9));
  }

  @Test
  void whatDriftsAlikeOnBothSidesDoesNotWidenTheBound() {
    Ratio ratio = Ratio.of(List.of(150.0, 300.0, 75.0), List.of(100.0, 200.0, 50.0));
    assertThat(ratio.low()).isCloseTo(1.5, within(1e-9));
    assertThat(ratio.high()).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void aSinglePairHasNoBound() {
    Ratio ratio = Ratio.of(List.of(3.0), List.of(2.0));
    assertThat(ratio.low()).isZero();
    assertThat(ratio.high()).isInfinite();
  }

  @Test
  void ratesWithoutPartnersAreRefused() {
    assertThatThrownBy(() -> Ratio.of(List.of(1.0, 2.0), List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ratio.of(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
