/** The HTTP endpoints of the management port, asked inside a running Quarkus. */
@NullMarked
package io.velocitydb.server.quarkus;

import org.jspecify.annotations.NullMarked;
