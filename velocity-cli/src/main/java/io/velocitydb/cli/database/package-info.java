/**
 * The {@code db} commands: create, drop, list, stats, verify. All work through a running server;
 * {@code verify} reads a stopped server's files itself.
 */
@NullMarked
package io.velocitydb.cli.database;

import org.jspecify.annotations.NullMarked;
