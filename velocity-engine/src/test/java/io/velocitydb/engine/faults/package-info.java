/**
 * Faults on demand: a file system in memory that loses power ({@link
 * io.velocitydb.engine.faults.SimVfs}), one whose n-th operation fails ({@link
 * io.velocitydb.engine.faults.FailingVfs}), a clock that is set by hand and background work that is
 * stepped by a seed. All are deterministic: the same seed and calls give the same faults. Packaged
 * as the engine's test-jar for other modules.
 */
@NullMarked
package io.velocitydb.engine.faults;

import org.jspecify.annotations.NullMarked;
