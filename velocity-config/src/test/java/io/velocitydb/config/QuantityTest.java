package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "17, 17",
    "17B, 17",
    "64MiB, 67108864",
    "64 mib, 67108864",
    "1.5GiB, 1610612736",
    "2GB, 2000000000",
    "1TiB, 1099511627776"
  })
  void sizesAreRead(String text, long bytes) {
    assertThat(Quantity.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "1.5", "0.3B", "12XiB", "1e3", "9999999999TiB", "1 2"})
  void whatIsNoSizeIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Quantity.bytes(text));
  }

  @ParameterizedTest
  @CsvSource({
    "300, 300000",
    "5s, 5000",
    "100ms, 100",
    "1d12h, 129600000",
    "1m30s, 90000",
    "2h, 7200000"
  })
  void durationsAreRead(String text, long millis) {
    assertThat(Quantity.duration(text, Duration.ofSeconds(1))).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s",
        "-5s",
        "5 s",
        "5sec",
        "1h 5m",
        "h1",
        "999999999999999999d",
        "999999999999999999"
      })
  void whatIsNoDurationIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantity.duration(text, Duration.ofSeconds(1)));
  }

  @Test
  void theyAreWrittenWithTheLargestWholeUnit() {
    assertThat(Quantity.formatBytes(64L << 20)).isEqualTo("64MiB");
    assertThat(Quantity.formatBytes(1536L << 20)).isEqualTo("1536MiB");
    assertThat(Quantity.formatBytes(1000)).isEqualTo("1000");
    assertThat(Quantity.formatBytes(0)).isEqualTo("0");
    assertThat(Quantity.formatDuration(Duration.ofMinutes(5))).isEqualTo("5m");
    assertThat(Quantity.formatDuration(Duration.ofMillis(1500))).isEqualTo("1500ms");
    assertThat(Quantity.formatDuration(Duration.ZERO)).isEqualTo("0ms");
  }
}
