/**
 * Memory off the heap: raw access by address, and allocation that is accounted by tag. Start at
 * {@link io.velocitydb.engine.memory.Memory}.
 */
@NullMarked
package io.velocitydb.engine.memory;

import org.jspecify.annotations.NullMarked;
