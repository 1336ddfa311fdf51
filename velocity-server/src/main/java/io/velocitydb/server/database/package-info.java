/**
 * The databases of this server: opened at start, found by name, and known to be gone once dropped.
 * Start at {@link io.velocitydb.server.database.Databases}.
 */
@NullMarked
package io.velocitydb.server.database;

import org.jspecify.annotations.NullMarked;
