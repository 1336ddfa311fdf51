/**
 * Calls as they go over the wire: a request's message with its opcode and flags, and the function
 * that reads the reply.
 *
 * <p>Shared by commands and administration, carried by connections, not for direct use by programs.
 * Start with {@link io.velocitydb.client.message.Call}.
 */
@NullMarked
package io.velocitydb.client.message;

import org.jspecify.annotations.NullMarked;
