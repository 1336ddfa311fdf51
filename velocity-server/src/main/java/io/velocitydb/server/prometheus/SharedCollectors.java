package io.velocitydb.server.prometheus;

import io.prometheus.client.CollectorRegistry;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/**
 * The one registry that is filled here and read under {@code /q/metrics}. Quarkus' own default
 * makes a new one for everybody who asks, so that figures put into it would never be seen.
 */
@Singleton
public class SharedCollectors {
  @Produces
  @Singleton
  CollectorRegistry collectors() {
    return new CollectorRegistry();
  }
}
