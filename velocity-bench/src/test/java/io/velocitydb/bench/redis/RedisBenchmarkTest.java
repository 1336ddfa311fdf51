package io.velocitydb.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RedisBenchmarkTest {
  private static final String PRINTED =
      """
       GET: rps=0.0 (overall: 0.0) avg_msec=-nan (overall: -nan)\r====== GET ======
        20000 requests completed in 0.06 seconds

      Latency by percentile distribution:
      0.000% <= 0.215 milliseconds (cumulative count 16)
      50.000% <= 0.951 milliseconds (cumulative count 10000)
      99.805% <= 11.871 milliseconds (cumulative count 19968)
      99.902% <= 11.879 milliseconds (cumulative count 19984)
      100.000% <= 11.903 milliseconds (cumulative count 20000)

      Summary:
        throughput summary: 333333.34 requests per second
        latency summary (msec):
                avg       min       p50       p95       p99       max
              1.633     0.208     0.951     4.687    11.759    11.903
      """;

  @Test
  void rateAndPercentilesAreReadFromWhatItPrints() throws IOException {
    assertThat(RedisBenchmark.parse(PRINTED))
        .isEqualTo(new Latency(333_333.34, 0.951, 11.759, 11.879));
  }

  @Test
  void whatIsNoResultIsShownAsItWasPrinted() {
    assertThatThrownBy(() -> RedisBenchmark.parse("Could not connect to Redis"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Could not connect to Redis");
  }
}
