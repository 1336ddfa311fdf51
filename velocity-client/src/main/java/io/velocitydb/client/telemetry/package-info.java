/**
 * What a client measures and tells: counters, latency histograms, and a hook per request with the
 * standard database attributes.
 *
 * <p>Never a value and never a key: only names, sizes, times and errors. Everything may be read
 * from any thread. Start with {@link io.velocitydb.client.telemetry.ClientMetrics}.
 */
@NullMarked
package io.velocitydb.client.telemetry;

import org.jspecify.annotations.NullMarked;
