/**
 * {@code velocity-bench/run adaptive}: the embedded engine with memory that moves between memtables
 * and cache, beside the same engine with a fixed split. Each measurement is a process of its own.
 * Start at {@link io.velocitydb.bench.adaptive.AdaptiveCommand}.
 */
@NullMarked
package io.velocitydb.bench.adaptive;

import org.jspecify.annotations.NullMarked;
