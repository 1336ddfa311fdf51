@NullMarked
package io.velocitydb.bench;

import org.jspecify.annotations.NullMarked;
