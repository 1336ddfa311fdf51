/**
 * Where connections come in: the ports of V-Proto and RESP through Vert.x, and the local
 * administration socket. Start at {@link io.velocitydb.server.listener.PortListener}.
 */
@NullMarked
package io.velocitydb.server.listener;

import org.jspecify.annotations.NullMarked;
