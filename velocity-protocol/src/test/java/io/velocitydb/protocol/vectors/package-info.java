/**
 * The test vectors of {@code src/protocol/vectors}, read and held against this module: what an
 * implementation in any language must understand, refuse and compute. Start with {@link
 * io.velocitydb.protocol.vectors.Vectors}.
 */
@NullMarked
package io.velocitydb.protocol.vectors;

import org.jspecify.annotations.NullMarked;
