/**
 * What clients did to a database and what they were told, with the times: the history that a
 * checker judges, recorded by many threads, written to files and read from them. It knows neither
 * client nor checker. Start at {@link io.velocitydb.bench.linearizability.history.Operation}.
 */
@NullMarked
package io.velocitydb.bench.linearizability.history;

import org.jspecify.annotations.NullMarked;
