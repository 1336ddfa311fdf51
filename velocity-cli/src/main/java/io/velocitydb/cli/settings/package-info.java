/**
 * {@code config}: shows and checks the settings that a server would start with here, and where each
 * comes from. Nothing is started or changed, and no server is asked. Start at {@link
 * io.velocitydb.cli.settings.ConfigShow}.
 */
@NullMarked
package io.velocitydb.cli.settings;

import org.jspecify.annotations.NullMarked;
