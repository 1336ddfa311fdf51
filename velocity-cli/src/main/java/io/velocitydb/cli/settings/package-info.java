/** {@code config}: shows and checks the settings a server would start with. */
@NullMarked
package io.velocitydb.cli.settings;

import org.jspecify.annotations.NullMarked;
