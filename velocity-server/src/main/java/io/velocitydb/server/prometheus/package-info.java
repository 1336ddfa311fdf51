/**
 * How Prometheus reads this server: {@code velocity_<thing>_<unit>} under {@code /q/metrics} of the
 * management port. Every figure is gathered when it is asked for; no label can grow without bound.
 * Start at {@link io.velocitydb.server.prometheus.ServerMetrics}.
 */
@NullMarked
package io.velocitydb.server.prometheus;

import org.jspecify.annotations.NullMarked;
