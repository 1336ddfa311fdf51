/**
 * The {@code admin} commands: creates users, lists them, sets their passwords; makes, lists and
 * drops tokens. A new password is asked for twice without echo, or comes from a file, standard
 * input, the environment or (with a warning) the command line; no output shows one. A token is
 * shown once, by the command that makes it.
 */
@NullMarked
package io.velocitydb.cli.user;

import org.jspecify.annotations.NullMarked;
