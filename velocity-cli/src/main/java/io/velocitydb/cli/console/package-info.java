/**
 * What all commands share towards people and scripts: streams and terminals, tables and JSON, exit
 * codes and one-line errors. A command gets its {@link io.velocitydb.cli.console.Console} and
 * touches no global stream, so that tests see all it says. Start there.
 */
@NullMarked
package io.velocitydb.cli.console;

import org.jspecify.annotations.NullMarked;
