/**
 * Single keys: get, set, del, incr, ttl, exists, scan, and ping. Keys and values are text or, with
 * {@code --hex}, hexadecimal after {@code 0x}. Start with {@link io.velocitydb.cli.keyvalue.Bytes}.
 */
@NullMarked
package io.velocitydb.cli.keyvalue;

import org.jspecify.annotations.NullMarked;
