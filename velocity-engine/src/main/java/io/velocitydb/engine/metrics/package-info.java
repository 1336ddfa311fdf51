/**
 * Counts and times operations without slowing them: most are only counted, some are timed. Knows
 * only the clock. Start at {@link io.velocitydb.engine.metrics.OperationMeter}.
 */
@NullMarked
package io.velocitydb.engine.metrics;

import org.jspecify.annotations.NullMarked;
