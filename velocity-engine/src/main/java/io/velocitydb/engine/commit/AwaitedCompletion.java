package io.velocitydb.engine.commit;

import io.velocitydb.engine.WriteCompletion;

/**
 * A completion for which the thread that submits waits right afterwards, so that the pipeline may
 * let that thread work, and block, before {@code submit} returns.
 */
public interface AwaitedCompletion extends WriteCompletion {
  /** Whether it was told. */
  boolean isEnded();
}
