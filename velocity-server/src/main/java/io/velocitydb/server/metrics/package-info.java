/**
 * What is counted on the way of a request. Counting takes no lock and allocates nothing; it is read
 * by {@code prometheus} and {@code report}. Start at {@link
 * io.velocitydb.server.metrics.CommandMetrics}.
 */
@NullMarked
package io.velocitydb.server.metrics;

import org.jspecify.annotations.NullMarked;
