/**
 * Frames and payloads of version 1 of the protocol, which servers speak only where {@code
 * server.enable_v1} says so. Nothing from outside is believed: a payload ends exactly where its
 * fields do. Start at {@link io.velocitydb.protocol.v1.V1Header} and {@link
 * io.velocitydb.protocol.v1.V1Type}.
 */
@NullMarked
package io.velocitydb.protocol.v1;

import org.jspecify.annotations.NullMarked;
