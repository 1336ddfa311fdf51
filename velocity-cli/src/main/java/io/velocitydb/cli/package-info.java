@NullMarked
package io.velocitydb.cli;

import org.jspecify.annotations.NullMarked;
