/**
 * Addresses as people write them: {@link io.velocitydb.protocol.url.VelocityUrl}, {@code
 * vdb://user@host:2005/database}. What is wrong is told together with what would be right.
 */
@NullMarked
package io.velocitydb.protocol.url;

import org.jspecify.annotations.NullMarked;
