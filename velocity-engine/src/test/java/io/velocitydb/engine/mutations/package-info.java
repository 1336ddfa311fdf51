/**
 * Mistakes built into the engine on purpose, to see whether its tests notice. They lie as patches
 * in {@code src/test/mutations}, and {@code velocity-engine/mutations} tries them one by one. Start
 * at {@link io.velocitydb.engine.mutations.FirstFailure}.
 */
@NullMarked
package io.velocitydb.engine.mutations;

import org.jspecify.annotations.NullMarked;
