package io.velocitydb.engine.compaction;

/** Asked by a merge again and again whether it may go on, so that closing need not wait for it. */
@FunctionalInterface
public interface Interruption {
  /** Never ends a merge. */
  Interruption NONE = () -> {};

  /**
   * Returns if the merge may go on. Called every 64 KiB that are read and before a large value is
   * moved.
   *
   * @throws io.velocitydb.engine.EngineException to end the merge, as when the engine closes
   */
  void check();
}
