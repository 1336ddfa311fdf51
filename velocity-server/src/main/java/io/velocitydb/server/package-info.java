@NullMarked
package io.velocitydb.server;

import org.jspecify.annotations.NullMarked;
