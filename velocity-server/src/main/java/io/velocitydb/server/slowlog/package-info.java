/**
 * The latest requests that took long, in memory: what they were, whose and on which key, never a
 * value. Start at {@link io.velocitydb.server.slowlog.SlowLog}.
 */
@NullMarked
package io.velocitydb.server.slowlog;

import org.jspecify.annotations.NullMarked;
