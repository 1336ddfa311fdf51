/**
 * What can go wrong: one class per error code of V-Proto, and those of the client itself, in one
 * sealed hierarchy.
 *
 * <p>Each tells whether the request may have been applied and whether to make it again. Messages
 * never contain values or secrets. Start with {@link io.velocitydb.client.error.VelocityException}.
 */
@NullMarked
package io.velocitydb.client.error;

import org.jspecify.annotations.NullMarked;
