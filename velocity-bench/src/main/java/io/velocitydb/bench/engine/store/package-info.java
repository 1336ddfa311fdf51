/**
 * The stores that are compared, behind one interface, each used as a careful program would use it.
 * Start at {@link io.velocitydb.bench.engine.store.StoreUnderTest}; {@link
 * io.velocitydb.bench.engine.store.StoreKind} opens one.
 */
@NullMarked
package io.velocitydb.bench.engine.store;

import org.jspecify.annotations.NullMarked;
