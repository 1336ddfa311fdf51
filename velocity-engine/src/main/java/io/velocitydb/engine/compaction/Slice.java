package io.velocitydb.engine.compaction;

import org.jspecify.annotations.Nullable;

/**
 * How far a merge goes before it stops between two keys.
 *
 * @param bytes after so many bytes written, or several times as many read
 * @param end before the first key at or after this one; null for none such
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, and never compared
public record Slice(long bytes, byte @Nullable [] end) {
  /** To the last key. */
  public static final Slice WHOLE = new Slice(Long.MAX_VALUE, null);
}
