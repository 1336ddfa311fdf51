/**
 * What server and command line share: the keys of {@code velocity.toml}, where each value came
 * from, how memory is divided, and the record a running server leaves of itself.
 *
 * <p>{@link io.velocitydb.config.Keys} is the one table of settings; {@link
 * io.velocitydb.config.ConfigLoader} reads them in the order flag, environment, file, default and
 * reports every mistake with file, line, column and the nearest right name. Nothing here opens a
 * socket or starts a thread. Start with {@link io.velocitydb.config.ConfigLoader#load()}.
 */
@NullMarked
package io.velocitydb.config;

import org.jspecify.annotations.NullMarked;
