/**
 * What several measurements say together, and the histograms that they count in. Start at {@link
 * io.velocitydb.bench.statistics.Ratio}.
 */
@NullMarked
package io.velocitydb.bench.statistics;

import org.jspecify.annotations.NullMarked;
