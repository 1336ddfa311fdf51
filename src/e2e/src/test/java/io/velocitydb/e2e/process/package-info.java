/**
 * Runs programs the way a user does: real processes, a folder and a home of their own, nothing
 * shared with the machine that runs the tests. {@link io.velocitydb.e2e.process.Command} runs any
 * program to its end; {@link io.velocitydb.e2e.process.Velocity} is the packaged {@code velocity}
 * command, and {@link io.velocitydb.e2e.process.RunningServer} a server that it started. Everything
 * waits with a deadline and ends only processes that it started. Start with {@code Velocity}.
 */
@NullMarked
package io.velocitydb.e2e.process;

import org.jspecify.annotations.NullMarked;
