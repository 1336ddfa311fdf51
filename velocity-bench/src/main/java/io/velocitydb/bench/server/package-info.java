/**
 * Starts the packaged server as a process of its own, as a user would. Start at {@link
 * io.velocitydb.bench.server.ServerUnderTest}.
 */
@NullMarked
package io.velocitydb.bench.server;

import org.jspecify.annotations.NullMarked;
