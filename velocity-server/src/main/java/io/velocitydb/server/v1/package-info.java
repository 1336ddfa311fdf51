/**
 * Version 1 of the protocol, on the port of V-Proto where {@code server.enable_v1} says so: the
 * same users, rights, limits and order as 2.4, in simpler frames. The first frame of a connection
 * decides which of the two it speaks. Start at {@link io.velocitydb.server.v1.AnyVersionSession}.
 */
@NullMarked
package io.velocitydb.server.v1;

import org.jspecify.annotations.NullMarked;
