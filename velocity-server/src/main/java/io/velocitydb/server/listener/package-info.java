/**
 * Where connections come in: the V-Proto port through Vert.x, and the local administration socket.
 * Start at {@link io.velocitydb.server.listener.VProtoListener}.
 */
@NullMarked
package io.velocitydb.server.listener;

import org.jspecify.annotations.NullMarked;
