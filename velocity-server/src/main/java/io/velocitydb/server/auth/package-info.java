/**
 * The handshake: HELLO and AUTH, by which a connection and the server prove to each other that they
 * know the same password, bound to the TLS connection. The arithmetic is {@code
 * velocity-protocol}'s. A user who does not exist costs the same and gets the same answer. Start at
 * {@link io.velocitydb.server.auth.Handshake}.
 */
@NullMarked
package io.velocitydb.server.auth;

import org.jspecify.annotations.NullMarked;
