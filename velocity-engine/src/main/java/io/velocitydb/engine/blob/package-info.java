/**
 * Large values, apart from their keys. A blob file is written once, sealed and never changed; an
 * entry of kind BLOB holds a {@link io.velocitydb.engine.blob.BlobPointer} in place of its value.
 * So merges move pointers, not values. Start at {@link io.velocitydb.engine.blob.BlobWriter} and
 * {@link io.velocitydb.engine.blob.BlobReader}; which files live is the manifest's to say.
 */
@NullMarked
package io.velocitydb.engine.blob;

import org.jspecify.annotations.NullMarked;
