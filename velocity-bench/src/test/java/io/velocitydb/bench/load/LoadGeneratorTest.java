package io.velocitydb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.auth.Credentials;
import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.config.HostPort;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LoadGeneratorTest {
  private static final int KEYS = 1_000;
  private static final Duration SHORT = Duration.ofMillis(300);

  private final FakeServer server = FakeServer.builder().user("bench", "secret").start();

  @AfterEach
  void stop() {
    server.close();
  }

  private LoadGenerator generator(String password) throws IOException {
    return LoadGenerator.vproto(
        new HostPort("127.0.0.1", server.port()), true, Credentials.password("bench", password));
  }

  private static LoadResult run(LoadGenerator generator, Workload workload, Duration time)
      throws IOException, InterruptedException {
    try (LoadSession session = generator.open(workload)) {
      return session.full(time);
    }
  }

  private static Workload workload(Workload.Command command, int depth) {
    return new Workload(command, KEYS, 100, 3, depth);
  }

  @Test
  void fillingSetsEachKeyOfTheKeySpaceOnce() throws Exception {
    try (LoadGenerator generator = generator("secret")) {
      generator.fill(workload(Workload.Command.SET, 7));
    }
    assertThat(server.received().stream().filter(line -> line.startsWith("SET")).count())
        .isEqualTo(KEYS);
    try (VelocityClient client =
        VelocityClient.builder()
            .endpoint("vdb://bench:secret@127.0.0.1:" + server.port())
            .fingerprint(server.fingerprint().toString())
            .build()) {
      assertThat(client.exists("key:000000000000")).isTrue();
      assertThat(client.exists("key:000000000999")).isTrue();
      assertThat(client.exists("key:000000001000")).isFalse();
    }
  }

  @Test
  void aRunCountsOneReplyAndOneLatencyForEachRequestThatTheServerReceived() throws Exception {
    try (LoadGenerator generator = generator("secret")) {
      generator.fill(workload(Workload.Command.SET, 16));
      LoadResult result = run(generator, workload(Workload.Command.GET, 16), SHORT);
      assertThat(result.operations())
          .isPositive()
          .isEqualTo(server.received().stream().filter(line -> line.startsWith("GET")).count());
      assertThat(result.latency().getTotalCount()).isEqualTo(result.operations());
      assertThat(result.errors()).isZero();
      assertThat(result.misses()).isZero();
      assertThat(result.perSecond()).isPositive();
    }
  }

  @Test
  void aKeyThatIsNotThereCountsAsAMiss() throws Exception {
    try (LoadGenerator generator = generator("secret")) {
      LoadResult result = run(generator, workload(Workload.Command.GET, 4), SHORT);
      assertThat(result.misses()).isPositive().isEqualTo(result.operations());
    }
  }

  @Test
  void aWrongPasswordEndsTheRunWithItsReason() throws Exception {
    try (LoadGenerator generator = generator("wrong")) {
      assertThatThrownBy(() -> run(generator, workload(Workload.Command.GET, 1), SHORT))
          .isInstanceOf(IOException.class)
          .hasStackTraceContaining("login refused");
    }
  }

  @Test
  void aServerThatGoesAwayEndsTheRunWithAnError() throws Exception {
    try (LoadGenerator generator = generator("secret")) {
      Thread dropper =
          new Thread(
              () -> {
                try {
                  server.awaitReceived(50);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                server.dropConnections();
              });
      dropper.start();
      assertThatThrownBy(
              () -> run(generator, workload(Workload.Command.SET, 1), Duration.ofSeconds(20)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("connection of the load generator");
      dropper.join();
    }
  }
}
