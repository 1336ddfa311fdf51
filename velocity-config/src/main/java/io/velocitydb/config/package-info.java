@NullMarked
package io.velocitydb.config;

import org.jspecify.annotations.NullMarked;
