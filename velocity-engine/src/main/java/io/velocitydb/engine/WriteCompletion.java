package io.velocitydb.engine;

import java.util.List;

/**
 * Told once how a submitted batch ended. It runs on an engine thread, on the submitter's own before
 * {@code submit} returns, or on a thread that writes for itself at that moment; it must neither
 * block nor throw.
 */
public interface WriteCompletion {
  /**
   * Every operation was evaluated, is visible, and meets the durability that was asked. In order of
   * the batch.
   */
  void completed(List<OperationResult> results);

  /**
   * The batch was refused or its outcome is unknown; {@link EngineException#outcome()} tells which.
   */
  void failed(EngineException failure);
}
