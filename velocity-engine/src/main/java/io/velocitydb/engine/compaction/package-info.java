/**
 * Fewer, larger runs out of many, without what nobody can see any more. {@link
 * io.velocitydb.engine.compaction.CompactionPicker} says which runs to merge, {@link
 * io.velocitydb.engine.compaction.Merge} writes the result; both decide from what they are given
 * alone. A flush is a merge of one memtable.
 */
@NullMarked
package io.velocitydb.engine.compaction;

import org.jspecify.annotations.NullMarked;
