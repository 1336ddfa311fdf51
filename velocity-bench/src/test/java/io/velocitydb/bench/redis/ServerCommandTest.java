package io.velocitydb.bench.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ServerCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new ServerCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(errors))
        .execute(arguments);
  }

  @Test
  void aListNamesTheChosenWorkloadsAndWhatTheyAreHeldAgainst() {
    assertThat(run("--against", "redis", "--list", "--workload", "tls-set-16")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("vproto-set-16-interval", "tls-set-16-interval");
  }

  @Test
  void anUnknownWorkloadIsRefusedWithTheKnownOnes() {
    assertThat(run("--against", "redis", "--workload", "fast")).isEqualTo(2);
    assertThat(errors.toString()).contains("there is no workload 'fast'", "vproto-get-1-interval");
  }

  @Test
  void anotherRivalOrASingleRoundIsRefused() {
    assertThat(run("--against", "memcached")).isEqualTo(2);
    assertThat(run("--against", "redis", "--rounds", "1")).isEqualTo(2);
    assertThat(errors.toString()).contains("--rounds must be 2 or more");
  }
}
