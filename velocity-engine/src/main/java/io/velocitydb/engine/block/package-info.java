/**
 * Blocks of entries in memory: their format ({@link io.velocitydb.engine.block.DataBlockBuilder}
 * makes one, {@link io.velocitydb.engine.block.DataBlock} reads it), and a reader's hold on one
 * ({@link io.velocitydb.engine.block.BlockPin}).
 */
@NullMarked
package io.velocitydb.engine.block;

import org.jspecify.annotations.NullMarked;
