/**
 * The checksum of everything on disk: XXH64 over native memory. Start at {@link
 * io.velocitydb.engine.checksum.XxHash64}. Never changes, since files depend on it.
 */
@NullMarked
package io.velocitydb.engine.checksum;

import org.jspecify.annotations.NullMarked;
