/**
 * A load generator for V-Proto and RESP: many connections, fixed depth, prebuilt requests, counted
 * replies; as fast as it goes or at a given rate. Start at {@link
 * io.velocitydb.bench.load.LoadGenerator}.
 */
@NullMarked
package io.velocitydb.bench.load;

import org.jspecify.annotations.NullMarked;
