/**
 * Range tombstones. Those of one memtable or SSTable are cut at each other's ends into fragments,
 * so that one search finds every tombstone over a key. Start at {@link
 * io.velocitydb.engine.rangedelete.RangeTombstones}.
 */
@NullMarked
package io.velocitydb.engine.rangedelete;

import org.jspecify.annotations.NullMarked;
