/**
 * From the settings of {@code velocity.toml} to what Quarkus and the engine are told. The keys
 * themselves live in {@code velocity-config}. Start at {@link
 * io.velocitydb.server.config.QuarkusSettings}.
 */
@NullMarked
package io.velocitydb.server.config;

import org.jspecify.annotations.NullMarked;
