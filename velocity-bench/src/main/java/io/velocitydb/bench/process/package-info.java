/**
 * JVMs of their own, in which steps of a benchmark run, so that one measurement does not warm up,
 * fill or disturb the next; and the folders in which they work. Start at {@link
 * io.velocitydb.bench.process.ChildJvm}.
 */
@NullMarked
package io.velocitydb.bench.process;

import org.jspecify.annotations.NullMarked;
