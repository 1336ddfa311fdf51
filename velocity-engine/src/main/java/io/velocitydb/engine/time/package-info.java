/**
 * Time as an injected dependency: everything in the engine that reads a clock or waits does it
 * through this package, so that tests set the time and never sleep. Start at {@link
 * io.velocitydb.engine.time.Clock}.
 */
@NullMarked
package io.velocitydb.engine.time;

import org.jspecify.annotations.NullMarked;
