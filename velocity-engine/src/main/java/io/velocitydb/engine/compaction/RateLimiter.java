package io.velocitydb.engine.compaction;

/** Slows background writes down, and stops them. */
@FunctionalInterface
public interface RateLimiter {
  /** No limit. */
  RateLimiter UNLIMITED = bytes -> {};

  /**
   * Called before about this many bytes are written; returns when they may be.
   *
   * @throws io.velocitydb.engine.EngineException to end the merge, as when the engine closes
   */
  void acquire(long bytes);
}
