/** The {@code admin} commands: users and their passwords. */
@NullMarked
package io.velocitydb.cli.user;

import org.jspecify.annotations.NullMarked;
