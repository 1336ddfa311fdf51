@NullMarked
package io.velocitydb.client;

import org.jspecify.annotations.NullMarked;
