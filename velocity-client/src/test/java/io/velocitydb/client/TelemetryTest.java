package io.velocitydb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.velocitydb.client.error.NotAnIntegerException;
import io.velocitydb.client.telemetry.RequestEvent;
import io.velocitydb.client.testing.FakeServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TelemetryTest {

  private final List<RequestEvent> events = new CopyOnWriteArrayList<>();
  private final FakeServer server = FakeServer.builder().plaintext().start();
  private final VelocityClient client =
      VelocityClient.builder().endpoint(server.endpoint()).listener(events::add).build();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void everyRequestIsToldWithTheUsualAttributesAndWithoutItsContent() {
    client.set("private-key", "private-value");
    assertThatThrownBy(() -> client.incr("private-key", 1))
        .isInstanceOf(NotAnIntegerException.class);
    client.close();

    String address = "127.0.0.1:" + server.port();
    assertThat(events)
        .extracting(RequestEvent::operation, RequestEvent::server, RequestEvent::attempts)
        .containsExactly(tuple("SET", address, 1), tuple("INCR", address, 1));
    assertThat(events.getFirst().error()).isEmpty();
    assertThat(events.getFirst().duration()).isPositive();
    assertThat(events.getFirst().requestBytes()).isPositive();
    assertThat(events.getLast().attributes())
        .isEqualTo(
            Map.of(
                "db.system.name", "velocity",
                "db.namespace", "default",
                "db.operation.name", "INCR",
                "server.address", "127.0.0.1",
                "server.port", Integer.toString(server.port()),
                "error.type", "NOT_AN_INTEGER",
                "db.response.status_code", "NOT_AN_INTEGER"));
    assertThat(events.toString()).doesNotContain("private");
  }

  @Test
  void requestsErrorsAndLatenciesAreCounted() {
    for (int i = 0; i < 10; i++) {
      client.set("k", "word");
    }
    assertThatThrownBy(() -> client.incr("k", 1)).isInstanceOf(NotAnIntegerException.class);
    client.close();

    assertThat(client.metrics().requests()).isEqualTo(11);
    assertThat(client.metrics().errors()).isEqualTo(Map.of("NOT_AN_INTEGER", 1L));
    assertThat(client.metrics().latencies()).containsOnlyKeys("SET");
    assertThat(client.metrics().latencies().get("SET").count()).isEqualTo(10);
    assertThat(client.metrics().latencies().get("SET").percentile(50)).isPositive();
    assertThat(client.metrics().connectionsOpened()).isEqualTo(1);
    assertThat(client.metrics().connectionsLost()).isZero();
  }

  @Test
  void aHookThatThrowsHarmsNoRequest() {
    try (VelocityClient other =
        VelocityClient.builder()
            .endpoint(server.endpoint())
            .listener(
                event -> {
                  throw new IllegalStateException("from a test: ignore");
                })
            .build()) {
      assertThat(other.set("a", "1").applied()).isTrue();
      assertThat(other.getText("a")).contains("1");
    }
  }
}
