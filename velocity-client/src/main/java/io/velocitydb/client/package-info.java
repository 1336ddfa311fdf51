/**
 * The official Java client of Velocity.
 *
 * <p>{@link io.velocitydb.client.VelocityClient} shares few connections among all threads and
 * pipelines by itself; {@link io.velocitydb.client.VelocityPool} lends a connection to one caller
 * at a time. Both speak to one server over TLS 1.3, wait at most as long as told, and never send a
 * write twice that may have been applied. Start with {@link
 * io.velocitydb.client.VelocityClient#builder()}.
 */
@NullMarked
package io.velocitydb.client;

import org.jspecify.annotations.NullMarked;
