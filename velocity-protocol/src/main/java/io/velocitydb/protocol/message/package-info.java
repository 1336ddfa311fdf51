/**
 * The bodies of frames. {@link io.velocitydb.protocol.message.Verifier} makes bytes from outside
 * safe to read with the generated accessors; {@link io.velocitydb.protocol.message.MessageWriter}
 * writes messages straight into an outgoing buffer. Neither copies a key or a value.
 */
@NullMarked
package io.velocitydb.protocol.message;

import org.jspecify.annotations.NullMarked;
