/**
 * The Velocity server, a Quarkus application. The packages hold one concept each; start at {@link
 * io.velocitydb.server.lifecycle.VelocityServerMain} for the way up and down, at {@link
 * io.velocitydb.server.session.Session} for the way of a request.
 *
 * <p>Dependencies go one way: {@code lifecycle} puts everything together; {@code listener} accepts
 * connections; {@code session} reads frames and keeps order; {@code command} and {@code
 * administration} execute; {@code user}, {@code auth}, {@code database}, {@code tls} are what they
 * work with.
 */
@NullMarked
package io.velocitydb.server;

import org.jspecify.annotations.NullMarked;
