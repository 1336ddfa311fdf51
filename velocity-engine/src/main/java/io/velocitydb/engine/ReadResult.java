package io.velocitydb.engine;

/** How a read that takes an {@link EntrySink} ended. */
public enum ReadResult {
  /** The sink was called. */
  FOUND,
  /** There is no such entry. */
  MISSING,
  /** Nothing is known yet: the answer needs a file, and the caller asked not to wait for one. */
  NEEDS_IO
}
