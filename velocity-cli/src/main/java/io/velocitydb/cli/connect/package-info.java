/**
 * How a command reaches a server: which one, whether to trust it, and who is asking. Start with
 * {@link io.velocitydb.cli.connect.ConnectionOptions}; every failure comes out as a {@link
 * io.velocitydb.cli.console.CommandFailure} with a remedy.
 */
@NullMarked
package io.velocitydb.cli.connect;

import org.jspecify.annotations.NullMarked;
