/**
 * A connection: frames in, answers out, and the order between them. Requests of a connection take
 * effect in the order sent and are answered in that order; what one connection may hold in memory
 * is bounded. A session lives on one event loop and never blocks it. Start at {@link
 * io.velocitydb.server.session.Session}.
 */
@NullMarked
package io.velocitydb.server.session;

import org.jspecify.annotations.NullMarked;
