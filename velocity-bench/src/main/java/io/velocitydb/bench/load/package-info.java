/**
 * A V-Proto load generator: many connections, fixed depth, nothing decoded that is not needed.
 * Start at {@link io.velocitydb.bench.load.LoadGenerator}.
 */
@NullMarked
package io.velocitydb.bench.load;

import org.jspecify.annotations.NullMarked;
