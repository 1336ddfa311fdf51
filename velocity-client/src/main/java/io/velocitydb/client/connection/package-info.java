/**
 * Connections that carry pipelined requests: connecting, the handshake, order, deadlines,
 * reconnecting.
 *
 * <p>A {@link io.velocitydb.client.connection.Lane} is one place in a client's pool: a bounded
 * queue whose requests take effect in the order given, over one connection at a time; an {@link
 * io.velocitydb.client.connection.AnswerStream} has a connection for itself. Not for direct use by
 * programs: the API is {@code io.velocitydb.client}.
 */
@NullMarked
package io.velocitydb.client.connection;

import org.jspecify.annotations.NullMarked;
