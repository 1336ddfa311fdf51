package io.velocitydb.server.session;

import io.velocitydb.engine.OperationResult;
import java.util.List;

/** Writes the reply of a batch that was committed. Called on the session's event loop. */
@FunctionalInterface
public interface WriteReply {
  /**
   * Writes one frame.
   *
   * @param results one per operation of the batch, in its order
   */
  void write(Reply reply, List<OperationResult> results);
}
