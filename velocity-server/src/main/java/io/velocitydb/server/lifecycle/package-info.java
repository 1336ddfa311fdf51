/**
 * The way of a server from its settings to ready, and down again without losing an answer. Start at
 * {@link io.velocitydb.server.lifecycle.VelocityServerMain}.
 */
@NullMarked
package io.velocitydb.server.lifecycle;

import org.jspecify.annotations.NullMarked;
