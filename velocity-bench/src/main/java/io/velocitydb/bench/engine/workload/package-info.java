/**
 * What is measured, as data: which operations on which keys, and what engine owners want of them.
 * Start at {@link io.velocitydb.bench.engine.workload.Catalogue}, which has them all.
 */
@NullMarked
package io.velocitydb.bench.engine.workload;

import org.jspecify.annotations.NullMarked;
