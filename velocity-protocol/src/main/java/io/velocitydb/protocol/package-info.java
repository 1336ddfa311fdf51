/**
 * V-Proto, the language that clients and the server speak: what both sides must agree on and
 * nothing else. No sockets, no threads, no clocks. Start with {@link
 * io.velocitydb.protocol.Opcode}, the one table of commands; then {@code frame} (bytes on the
 * wire), {@code message} (the body of a frame), {@code scram} (the handshake) and {@code url}
 * (addresses).
 */
@NullMarked
package io.velocitydb.protocol;

import org.jspecify.annotations.NullMarked;
