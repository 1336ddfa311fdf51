package io.velocitydb.server.prometheus;

import io.quarkus.vertx.http.ManagementInterface;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.Keys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Answers 404 under {@code /q/metrics} where {@code performance.enable_metrics} is false. */
@ApplicationScoped
public class MetricsSwitch {
  private static final String PATH = "/q/metrics*";
  private static final int FIRST = -1_000;
  private static final int NOT_FOUND = 404;

  void install(@Observes ManagementInterface management) throws ConfigException {
    if (!ConfigLoader.load().get(Keys.ENABLE_METRICS)) {
      management
          .router()
          .route(PATH)
          .order(FIRST)
          .handler(request -> request.response().setStatusCode(NOT_FOUND).end());
    }
  }
}
