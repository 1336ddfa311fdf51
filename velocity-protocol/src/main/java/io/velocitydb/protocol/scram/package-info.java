/**
 * V-SCRAM-ARGON2ID, the handshake by which client and server prove to each other that they know the
 * same password or token without sending it: pure functions over bytes. {@link
 * io.velocitydb.protocol.scram.ClientKeys} is the client's side, {@link
 * io.velocitydb.protocol.scram.StoredKeys} the server's; the shape is that of RFC 5802 and RFC
 * 7677.
 */
@NullMarked
package io.velocitydb.protocol.scram;

import org.jspecify.annotations.NullMarked;
