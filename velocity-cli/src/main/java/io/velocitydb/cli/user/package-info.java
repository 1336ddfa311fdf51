/**
 * The {@code admin} commands: creates users, lists them, sets their passwords. A new password is
 * asked for twice without echo, or comes from a file, standard input, the environment or (with a
 * warning) the command line; no output shows one.
 */
@NullMarked
package io.velocitydb.cli.user;

import org.jspecify.annotations.NullMarked;
