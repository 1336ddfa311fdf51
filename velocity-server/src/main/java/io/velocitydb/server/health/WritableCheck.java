package io.velocitydb.server.health;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/**
 * Down when a database takes no writes, or could not be opened at all, with its name; apart from
 * readiness on purpose.
 */
@Wellness
@ApplicationScoped
public class WritableCheck implements HealthCheck {
  private final ServerState state;

  @Inject
  WritableCheck(ServerState state) {
    this.state = state;
  }

  @Override
  public HealthCheckResponse call() {
    Map<String, String> notWritable = state.notWritable();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("writable")
            .status(notWritable.isEmpty() && state.unavailable().isEmpty());
    // The port has no login: names, but not the reasons, which may hold paths.
    notWritable.keySet().forEach(database -> response.withData(database, "takes no writes"));
    state.unavailable().forEach(database -> response.withData(database, "was not opened"));
    return response.build();
  }
}
