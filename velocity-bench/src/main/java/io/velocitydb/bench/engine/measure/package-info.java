/**
 * One measurement of one store, in the process that calls it. Start at {@link
 * io.velocitydb.bench.engine.measure.Measuring}; what it found is a {@link
 * io.velocitydb.bench.engine.measure.Measurement}.
 */
@NullMarked
package io.velocitydb.bench.engine.measure;

import org.jspecify.annotations.NullMarked;
