@NullMarked
package io.velocitydb.engine;

import org.jspecify.annotations.NullMarked;
