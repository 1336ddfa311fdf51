/**
 * The engine against a model of itself: seeded random operations and faults, a history that says
 * which states a crash may leave, and a replay line for each failure. Start at {@link
 * io.velocitydb.engine.torture.World}; {@code src/docs/testing.md} tells the whole story.
 */
@NullMarked
package io.velocitydb.engine.torture;

import org.jspecify.annotations.NullMarked;
