package io.velocitydb.server.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when an event loop has not come round for ten seconds: only a restart helps then. */
@Liveness
@ApplicationScoped
public class LiveCheck implements HealthCheck {
  private static final Duration STUCK = Duration.ofSeconds(10);

  private final EventLoopWatch watch;

  @Inject
  LiveCheck(EventLoopWatch watch) {
    this.watch = watch;
  }

  @Override
  public HealthCheckResponse call() {
    Duration oldest = watch.oldest();
    return HealthCheckResponse.named("event-loops")
        .status(oldest.compareTo(STUCK) < 0)
        .withData("slowest_ms", oldest.toMillis())
        .build();
  }
}
