/**
 * What several measurements say together. Start at {@link
 * io.velocitydb.bench.engine.statistics.Ratio}.
 */
@NullMarked
package io.velocitydb.bench.engine.statistics;

import org.jspecify.annotations.NullMarked;
