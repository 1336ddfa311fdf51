/**
 * Users and tokens: who they are, what they may touch, and where that is kept (the {@code system}
 * database, never a file of its own). Passwords and secrets are kept only as what verifies them.
 * Start at {@link io.velocitydb.server.user.Users}.
 */
@NullMarked
package io.velocitydb.server.user;

import org.jspecify.annotations.NullMarked;
