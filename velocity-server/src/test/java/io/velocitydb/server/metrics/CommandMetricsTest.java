package io.velocitydb.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.protocol.Opcode;
import org.junit.jupiter.api.Test;

/** What was counted by several threads adds up. */
final class CommandMetricsTest {
  private final CommandMetrics metrics = new CommandMetrics();

  @Test
  void allRecordersAddUp() {
    CommandMetrics.Recorder one = metrics.newRecorder();
    CommandMetrics.Recorder two = metrics.newRecorder();
    one.answered(Opcode.GET, 1_500);
    two.answered(Opcode.GET, 3_000_000);
    two.answered(Opcode.SET, 10);
    two.failed(Opcode.GET, true);

    CommandMetrics.Totals gets = metrics.totals(Opcode.GET);
    assertThat(gets.count()).isEqualTo(2);
    assertThat(gets.nanos()).isEqualTo(3_001_500);
    assertThat(gets.errors()).isEqualTo(1);
    assertThat(gets.timeouts()).isEqualTo(1);
    assertThat(metrics.totals(Opcode.SET).count()).isEqualTo(1);
    assertThat(metrics.totals(Opcode.TTL).count()).isZero();
  }

  @Test
  void aLatencyFallsIntoTheBucketWhoseBoundItDoesNotPass() {
    double[] bounds = CommandMetrics.boundsSeconds();
    for (long nanos : new long[] {0, 1, 1_024, 1_025, 2_048, 1_000_000, 30_000_000_000L}) {
      int bucket = CommandMetrics.bucket(nanos);
      assertThat(nanos / 1e9).as("%d ns", nanos).isLessThanOrEqualTo(bounds[bucket]);
      if (bucket > 0) {
        assertThat(nanos / 1e9).as("%d ns", nanos).isGreaterThan(bounds[bucket - 1]);
      }
    }
    assertThat(CommandMetrics.bucket(Long.MAX_VALUE)).isEqualTo(bounds.length - 1);
    assertThat(bounds[bounds.length - 1]).isInfinite();
  }

  @Test
  void aPercentileIsTheBoundOfItsBucket() {
    CommandMetrics.Recorder recorder = metrics.newRecorder();
    for (int i = 0; i < 99; i++) {
      recorder.answered(Opcode.GET, 1_000);
    }
    recorder.answered(Opcode.GET, 1_000_000);
    assertThat(metrics.totals(Opcode.GET).percentileNanos(0.99)).isEqualTo(1_024);
    assertThat(metrics.totals(Opcode.GET).percentileNanos(1)).isEqualTo(1 << 20);
    assertThat(metrics.totals(Opcode.SET).percentileNanos(0.5)).isZero();
  }
}
