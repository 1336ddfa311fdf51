/**
 * Frames, the unit on the wire: header, body, checksum. {@link
 * io.velocitydb.protocol.frame.FrameHeader} says where each byte lies. Nothing here allocates per
 * frame or looks into a body.
 */
@NullMarked
package io.velocitydb.protocol.frame;

import org.jspecify.annotations.NullMarked;
