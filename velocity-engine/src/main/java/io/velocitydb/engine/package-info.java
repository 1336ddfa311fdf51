/**
 * The embeddable engine: this package is the whole public API. Start at {@link
 * io.velocitydb.engine.Engine}, which opens a data directory and hands out {@link
 * io.velocitydb.engine.Database}s.
 *
 * <p>The packages below it hold one concept each (commit pipeline, write-ahead log, memtable,
 * SSTable, ...) and are not part of the API.
 */
@NullMarked
package io.velocitydb.engine;

import org.jspecify.annotations.NullMarked;
