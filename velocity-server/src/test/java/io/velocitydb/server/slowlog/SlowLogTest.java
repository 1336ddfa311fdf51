package io.velocitydb.server.slowlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Opcode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SlowLogTest {
  private final SlowLog log = new SlowLog(Duration.ofMillis(10), 3);

  @Test
  void slowIsWhatTakesAsLongAsTheThreshold() {
    assertThat(log.isSlow(9_999_999)).isFalse();
    assertThat(log.isSlow(10_000_000)).isTrue();
    assertThat(log.isOn()).isTrue();
  }

  @Test
  void aThresholdOfZeroTurnsItOff() {
    SlowLog off = new SlowLog(Duration.ZERO, 3);

    assertThat(off.isOn()).isFalse();
    assertThat(off.isSlow(Duration.ofDays(365).toNanos())).isFalse();
  }

  @Test
  void theLatestAreKeptTheLastOneFirst() {
    for (int i = 1; i <= 5; i++) {
      log.add(operation(i));
    }

    assertThat(log.latest(10)).extracting(SlowOperation::atMs).containsExactly(5L, 4L, 3L);
    assertThat(log.latest(2)).extracting(SlowOperation::atMs).containsExactly(5L, 4L);
    assertThat(log.total()).isEqualTo(5);
  }

  @Test
  void takingForgetsAllButTheTotal() {
    log.add(operation(1));
    log.add(operation(2));

    assertThat(log.takeLatest(1)).extracting(SlowOperation::atMs).containsExactly(2L);
    assertThat(log.latest(10)).isEmpty();
    assertThat(log.total()).isEqualTo(2);
  }

  private static SlowOperation operation(long atMs) {
    return new SlowOperation(atMs, 1, Opcode.GET, "", new byte[0], 0, 0, "", "");
  }
}
