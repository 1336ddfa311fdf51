package io.velocitydb.engine;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.vfs.Vfs;

/**
 * What an engine takes from outside, so that several engines can share it and tests can replace it.
 * The one who made the environment closes its {@code background}, after the engines.
 *
 * @param vfs every file
 * @param clock every time
 * @param memory every allocation off the heap
 * @param background every thread
 * @param listener told of events
 */
public record EngineEnvironment(
    Vfs vfs, Clock clock, NativeMemory memory, Background background, EngineListener listener) {}
