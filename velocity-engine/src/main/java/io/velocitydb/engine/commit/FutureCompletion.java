package io.velocitydb.engine.commit;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.OperationResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A completion that somebody waits for. */
public final class FutureCompletion implements AwaitedCompletion {
  private final CompletableFuture<List<OperationResult>> future = new CompletableFuture<>();

  @Override
  public void completed(List<OperationResult> results) {
    future.complete(results);
  }

  @Override
  public void failed(EngineException failure) {
    future.completeExceptionally(failure);
  }

  @Override
  public boolean isEnded() {
    return future.isDone();
  }

  /** Ends as the write does. */
  public CompletableFuture<List<OperationResult>> future() {
    return future;
  }
}
