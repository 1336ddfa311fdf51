/** Time as an injected dependency. Start at {@link io.velocitydb.engine.time.Clock}. */
@NullMarked
package io.velocitydb.engine.time;

import org.jspecify.annotations.NullMarked;
