package io.velocitydb.server.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up while requests are served and new connections are welcome. */
@Readiness
@ApplicationScoped
public class ReadyCheck implements HealthCheck {
  private final ServerState state;

  @Inject
  ReadyCheck(ServerState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("serving")
        .status(state.isReady())
        .withData("phase", state.phase().name().toLowerCase(Locale.ROOT))
        .build();
  }
}
