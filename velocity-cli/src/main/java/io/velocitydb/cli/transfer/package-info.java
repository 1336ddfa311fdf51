/**
 * Import and export of whole key ranges as tab-separated lines or JSON lines, streamed: memory
 * stays bounded whatever the file's size. Start with {@link
 * io.velocitydb.cli.transfer.RecordFormat}.
 */
@NullMarked
package io.velocitydb.cli.transfer;

import org.jspecify.annotations.NullMarked;
