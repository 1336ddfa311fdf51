/**
 * Which files make up a database: a log of checksummed version edits, replaced by atomic rename.
 * Only the manifest says which files live. Start at {@link io.velocitydb.engine.manifest.Manifest};
 * a {@link io.velocitydb.engine.manifest.Version} is the tree at one moment, a {@link
 * io.velocitydb.engine.manifest.VersionEdit} one step to the next.
 */
@NullMarked
package io.velocitydb.engine.manifest;

import org.jspecify.annotations.NullMarked;
