/**
 * The {@code velocity} command: its words and how they are put together.
 *
 * <p>{@link io.velocitydb.cli.Main} parses with picocli and runs one command; each package below
 * holds the commands of one concern ({@code keyvalue}, {@code transfer}, {@code database}, {@code
 * user}, {@code settings}, {@code server}) or what they share ({@code console}: streams, tables,
 * exit codes; {@code connect}: finding and trusting a server). Every error is one line with its
 * remedy and one of the exit codes of {@link io.velocitydb.cli.console.ExitCode}.
 */
@NullMarked
package io.velocitydb.cli;

import org.jspecify.annotations.NullMarked;
