/**
 * Uncompressed data blocks that stay in memory after they were read. A hit takes no lock and
 * allocates nothing; a scan does not drive out what is read often. Start at {@link
 * io.velocitydb.engine.cache.BlockCache}.
 */
@NullMarked
package io.velocitydb.engine.cache;

import org.jspecify.annotations.NullMarked;
