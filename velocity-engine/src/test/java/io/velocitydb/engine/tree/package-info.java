/**
 * What one reader or one merge looks into: memtables and sorted runs, newest first. Start at {@link
 * io.velocitydb.engine.tree.Sources}.
 */
@NullMarked
package io.velocitydb.engine.tree;

import org.jspecify.annotations.NullMarked;
