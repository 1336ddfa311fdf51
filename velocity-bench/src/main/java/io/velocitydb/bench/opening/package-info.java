/**
 * How long a large data directory takes to open. Start at {@link
 * io.velocitydb.bench.opening.OpeningCommand}.
 */
@NullMarked
package io.velocitydb.bench.opening;

import org.jspecify.annotations.NullMarked;
