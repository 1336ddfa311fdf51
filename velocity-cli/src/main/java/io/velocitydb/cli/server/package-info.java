/**
 * {@code db server}: checks flags and settings, divides the memory, and writes the Java command
 * line that the launcher then becomes. It starts nothing itself. Start with {@link
 * io.velocitydb.cli.server.DbServer}.
 */
@NullMarked
package io.velocitydb.cli.server;

import org.jspecify.annotations.NullMarked;
