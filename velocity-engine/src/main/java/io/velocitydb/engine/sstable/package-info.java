/**
 * Immutable sorted files; every byte is described in src/docs/formats.md. Start at {@code
 * TableReader} and {@code TableWriter}. Each byte is checked, by checksum and by bounds, before it
 * is believed: damage is an error that names file and offset, never a wrong value.
 */
@NullMarked
package io.velocitydb.engine.sstable;

import org.jspecify.annotations.NullMarked;
