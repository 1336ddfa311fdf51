/**
 * Sixteen clients work on a real server that is killed again and again, and what they were told is
 * judged: {@code velocity-bench/run linearizability}. Start at {@link
 * io.velocitydb.bench.linearizability.run.LinearizabilityCommand}.
 */
@NullMarked
package io.velocitydb.bench.linearizability.run;

import org.jspecify.annotations.NullMarked;
