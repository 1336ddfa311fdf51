/**
 * The line of rates and percentiles that the log gets at every {@code
 * performance.metrics_interval}. It only compares what is counted anyway, on a thread of its own:
 * requests do not notice it. Start at {@link io.velocitydb.server.report.IntervalReport}.
 */
@NullMarked
package io.velocitydb.server.report;

import org.jspecify.annotations.NullMarked;
