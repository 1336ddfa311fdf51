package io.velocitydb.server.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Down, with a percentage, until the logs are replayed. */
@Startup
@ApplicationScoped
public class StartedCheck implements HealthCheck {
  private final ServerState state;

  @Inject
  StartedCheck(ServerState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("wal-replay")
        .status(state.isStarted())
        .withData("percent", state.replayedPercent())
        .build();
  }
}
