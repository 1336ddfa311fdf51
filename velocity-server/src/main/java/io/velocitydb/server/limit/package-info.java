/**
 * How many requests a second an address and a user may send, over all their connections. A request
 * beyond is refused with how long to wait, and is never put off. What is kept of addresses is
 * bounded. Start at {@link io.velocitydb.server.limit.RateLimits}.
 */
@NullMarked
package io.velocitydb.server.limit;

import org.jspecify.annotations.NullMarked;
