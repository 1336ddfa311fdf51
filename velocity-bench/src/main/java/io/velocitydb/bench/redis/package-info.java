/**
 * The server beside Redis: the same load, the same durability, in turns, and how near either comes
 * to a responder that does nothing. Start at {@link io.velocitydb.bench.redis.ServerCommand}; the
 * workloads and what is wanted of them are in {@link io.velocitydb.bench.redis.Catalogue}.
 */
@NullMarked
package io.velocitydb.bench.redis;

import org.jspecify.annotations.NullMarked;
