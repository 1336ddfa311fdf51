/**
 * The write-ahead log of a database: groups of entries in numbered segments. Start at {@link
 * io.velocitydb.engine.wal.Wal}, through which the commit pipeline writes, and {@link
 * io.velocitydb.engine.wal.WalReplay}, which recovery and verify read with.
 *
 * <p>A position in the log counts bytes over all segments of one opening. Every group says up to
 * which position everything was known to be synced when it was written, so that recovery can tell a
 * torn tail from damage.
 */
@NullMarked
package io.velocitydb.engine.wal;

import org.jspecify.annotations.NullMarked;
