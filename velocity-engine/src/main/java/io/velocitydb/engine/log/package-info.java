/**
 * Files that are appended to and read from the beginning: the write-ahead log and the manifest.
 * Records of any length in 32 KiB frames, each piece with a checksum; after damage, reading goes on
 * at the next intact record. Start at {@link io.velocitydb.engine.log.LogWriter} and {@link
 * io.velocitydb.engine.log.LogReader}; every byte is described in src/docs/formats.md.
 */
@NullMarked
package io.velocitydb.engine.log;

import org.jspecify.annotations.NullMarked;
