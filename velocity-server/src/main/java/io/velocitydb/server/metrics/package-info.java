/**
 * What is counted, and how Prometheus reads it: {@code velocity_<thing>_<unit>} on the management
 * port. Counting a request takes no lock and allocates nothing. Start at {@link
 * io.velocitydb.server.metrics.CommandMetrics}.
 */
@NullMarked
package io.velocitydb.server.metrics;

import org.jspecify.annotations.NullMarked;
