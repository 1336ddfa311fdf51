/**
 * Files as an injected dependency: every file call of the engine goes through {@link
 * io.velocitydb.engine.vfs.Vfs}. Besides the real one there are one in memory that can lose power
 * and one whose n-th operation fails.
 */
@NullMarked
package io.velocitydb.engine.vfs;

import org.jspecify.annotations.NullMarked;
