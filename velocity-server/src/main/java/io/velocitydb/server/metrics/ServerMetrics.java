package io.velocitydb.server.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The server's figures in the registry that Prometheus reads. */
@Singleton
public class ServerMetrics {
  final MeterRegistry registry;

  @Inject
  public ServerMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  public void bind(Object... things) {}
}
