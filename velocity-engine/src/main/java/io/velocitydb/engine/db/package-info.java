/**
 * The engine put together: data directory, databases, recovery, flushes, merges and reads. Start at
 * {@link io.velocitydb.engine.db.DirectoryEngine}; {@link io.velocitydb.engine.db.Store} is one
 * database's state and its lifecycle.
 */
@NullMarked
package io.velocitydb.engine.db;

import org.jspecify.annotations.NullMarked;
