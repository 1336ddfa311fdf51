/**
 * Compressed bodies of frames: u32 original length, then one LZ4 block or one Zstandard frame. What
 * comes from outside is refused before memory is taken for it, and inflates to exactly the length
 * it claims or not at all. Start at {@link io.velocitydb.protocol.compression.CompressedBody}.
 */
@NullMarked
package io.velocitydb.protocol.compression;

import org.jspecify.annotations.NullMarked;
