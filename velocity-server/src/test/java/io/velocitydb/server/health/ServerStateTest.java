package io.velocitydb.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.EngineException;
import io.velocitydb.server.health.ServerState.Phase;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;

/** How far a server says it is. */
final class ServerStateTest {
  private final ServerState state = new ServerState();

  @Test
  void replayIsToldInPercentOfAllDatabases() {
    assertThat(state.replayedPercent()).isZero();
    state.enter(Phase.REPLAYING);
    state.replaying("a", 50, 100);
    state.replaying("b", 0, 300);
    assertThat(state.replayedPercent()).isEqualTo(12);
    state.replayed("a", 10, 100, Duration.ofMillis(5));
    state.replaying("b", 300, 300);
    assertThat(state.replayedPercent()).as("not before the listeners are open").isEqualTo(99);
    assertThat(state.isStarted()).isFalse();
    state.enter(Phase.READY);
    assertThat(state.replayedPercent()).isEqualTo(100);
  }

  @Test
  void thereIsNoWayBack() {
    state.enter(Phase.READY);
    state.enter(Phase.REPLAYING);
    assertThat(state.isReady()).isTrue();
    state.enter(Phase.DRAINING);
    assertThat(state.isReady()).isFalse();
    assertThat(state.isStarted()).isTrue();
  }

  @Test
  void aDatabaseThatTakesNoWritesIsNamedUntilItDoesAgain() {
    state.readOnly("orders", "fsync failed");
    assertThat(state.notWritable()).containsEntry("orders", "fsync failed");
    state.writable("orders");
    assertThat(state.notWritable()).isEmpty();
  }

  @Test
  void aDatabaseThatWasNotOpenedIsNamedUntilItIsDropped() {
    state.unavailable("orders", new EngineException(EngineException.Kind.CORRUPTION, "damaged"));
    assertThat(state.unavailable()).containsExactly("orders");
    assertThat(new WritableCheck(state).call().getStatus())
        .isEqualTo(HealthCheckResponse.Status.DOWN);
    assertThat(new WritableCheck(state).call().getData().orElseThrow())
        .containsEntry("orders", "was not opened");
    state.dropped("orders");
    assertThat(state.unavailable()).isEmpty();
    assertThat(new WritableCheck(state).call().getStatus())
        .isEqualTo(HealthCheckResponse.Status.UP);
  }
}
