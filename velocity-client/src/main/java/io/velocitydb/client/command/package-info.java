/**
 * The commands on keys and values: their options, their results, and how both are written as
 * V-Proto messages.
 *
 * <p>Options are immutable and read as sentences, {@code SetOptions.with().ttl("2h").ifAbsent()};
 * results are records. Names that end in {@code Calls} encode and decode for the client and are not
 * for direct use. Start with {@link io.velocitydb.client.command.SetOptions}.
 */
@NullMarked
package io.velocitydb.client.command;

import org.jspecify.annotations.NullMarked;
