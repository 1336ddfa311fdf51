/**
 * Threads as an injected dependency: everything that the engine does beside its callers (log syncs,
 * flushes, merges, cold reads, timers) runs on a {@link
 * io.velocitydb.engine.background.Background}, so that tests can run it step by step.
 */
@NullMarked
package io.velocitydb.engine.background;

import org.jspecify.annotations.NullMarked;
