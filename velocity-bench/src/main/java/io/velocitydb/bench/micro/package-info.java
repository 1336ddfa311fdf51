/**
 * Single calls of the engine under JMH: nanoseconds and, by its gc profiler, bytes allocated. Start
 * at {@link io.velocitydb.bench.micro.MicroCommand}.
 */
@NullMarked
package io.velocitydb.bench.micro;

import org.jspecify.annotations.NullMarked;
