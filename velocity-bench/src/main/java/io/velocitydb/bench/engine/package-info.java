/**
 * Velocity's engine beside RocksDB: the same workloads, in processes that take turns. Start at
 * {@link io.velocitydb.bench.engine.EngineCommand}, which users call, and {@link
 * io.velocitydb.bench.engine.Comparison}, which it runs.
 */
@NullMarked
package io.velocitydb.bench.engine;

import org.jspecify.annotations.NullMarked;
