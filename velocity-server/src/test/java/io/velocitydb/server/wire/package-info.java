/**
 * V-Proto by hand, for tests that send what no client would: {@link
 * io.velocitydb.server.wire.Frames} makes the bytes, {@link
 * io.velocitydb.server.wire.RawConnection} carries them.
 */
@NullMarked
package io.velocitydb.server.wire;

import org.jspecify.annotations.NullMarked;
