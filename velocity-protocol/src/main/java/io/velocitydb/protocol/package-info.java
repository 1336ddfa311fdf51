@NullMarked
package io.velocitydb.protocol;

import org.jspecify.annotations.NullMarked;
