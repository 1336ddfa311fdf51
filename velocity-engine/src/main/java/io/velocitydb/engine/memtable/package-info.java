/**
 * The newest writes, off the heap: a tree in internal order and a hash index from key to newest
 * entry, over one arena. One thread writes, any number read without locks. Start at {@link
 * io.velocitydb.engine.memtable.Memtable}.
 */
@NullMarked
package io.velocitydb.engine.memtable;

import org.jspecify.annotations.NullMarked;
