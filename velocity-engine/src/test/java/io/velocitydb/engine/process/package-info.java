/**
 * What an engine costs, seen from outside: processes of their own whose memory is read from {@code
 * /proc}. Start at {@link io.velocitydb.engine.process.MeasuredProcess}.
 */
@NullMarked
package io.velocitydb.engine.process;

import org.jspecify.annotations.NullMarked;
