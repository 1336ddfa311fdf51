/**
 * Who may do what: every command of every protocol, by every role, within its scopes and beyond.
 * The rules stand here once more, apart from the code that obeys them; a command without one fails.
 * Start with {@link io.velocitydb.server.matrix.Matrix}.
 */
@NullMarked
package io.velocitydb.server.matrix;

import org.jspecify.annotations.NullMarked;
