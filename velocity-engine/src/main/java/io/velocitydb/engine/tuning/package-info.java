/**
 * The decision which part of an engine gets memory from another: arithmetic on what was counted,
 * without engine, clock or threads. It promises to move in small steps, only where that saves time,
 * and not back and forth. Start at {@link io.velocitydb.engine.tuning.MemoryTuner}.
 */
@NullMarked
package io.velocitydb.engine.tuning;

import org.jspecify.annotations.NullMarked;
