/**
 * Decides whether a history is linearizable: whether all operations could have happened one at a
 * time, each between its request and its answer. It promises an exact verdict within bounded work,
 * or to say that the work was not enough. It knows neither client nor server. Start at {@link
 * io.velocitydb.bench.linearizability.checker.Checker}.
 */
@NullMarked
package io.velocitydb.bench.linearizability.checker;

import org.jspecify.annotations.NullMarked;
