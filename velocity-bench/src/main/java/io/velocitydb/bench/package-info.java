/**
 * Measurements of Velocity, and of others beside it. Nothing depends on this module. Start at
 * {@link io.velocitydb.bench.Bench}.
 */
@NullMarked
package io.velocitydb.bench;

import org.jspecify.annotations.NullMarked;
