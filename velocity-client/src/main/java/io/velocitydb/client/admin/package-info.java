/**
 * The commands for administrators: databases, users, maintenance, configuration.
 *
 * <p>They need the role {@code operator} or {@code admin}, or the local administration socket.
 * Results are records. Start with {@link io.velocitydb.client.admin.VelocityAdmin}.
 */
@NullMarked
package io.velocitydb.client.admin;

import org.jspecify.annotations.NullMarked;
