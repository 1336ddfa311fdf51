/**
 * Servers that are measured, each started as a user would, in a process of its own: Velocity,
 * Redis, and the canned responder. Start at {@link io.velocitydb.bench.server.ServerUnderTest}.
 */
@NullMarked
package io.velocitydb.bench.server;

import org.jspecify.annotations.NullMarked;
