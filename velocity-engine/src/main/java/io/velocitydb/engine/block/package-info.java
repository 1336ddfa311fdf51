/**
 * Blocks of files in memory: {@link io.velocitydb.engine.block.BlockPin} holds one for a reader.
 * Where they come from (the file, later a cache) is decided here and nowhere else.
 */
@NullMarked
package io.velocitydb.engine.block;

import org.jspecify.annotations.NullMarked;
