/**
 * Walking entries in internal order: user key ascending, then sequence descending. Start at {@link
 * io.velocitydb.engine.cursor.InternalCursor}; {@code MergingCursor} makes one of many, {@code
 * VisibleCursor} shows what one snapshot may see of it.
 */
@NullMarked
package io.velocitydb.engine.cursor;

import org.jspecify.annotations.NullMarked;
