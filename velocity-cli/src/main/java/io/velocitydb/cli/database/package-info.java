/**
 * The {@code db} commands. Create, drop, list and stats work through a running server; verify,
 * compact and flush through a running one or on a stopped server's files; checkpoint, snapshot,
 * ingest and repair on files alone. Start with {@link
 * io.velocitydb.cli.database.DataDirectoryCommand}.
 */
@NullMarked
package io.velocitydb.cli.database;

import org.jspecify.annotations.NullMarked;
