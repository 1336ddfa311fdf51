package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Those who wait until a sequence is in tables. Thread-safe. */
final class FlushWaiters {
  private final List<Waiter> waiting = new ArrayList<>();

  private record Waiter(long sequence, CompletableFuture<Void> done) {}

  synchronized void add(long sequence, CompletableFuture<Void> done) {
    waiting.add(new Waiter(sequence, done));
  }

  /** Everything up to {@code sequence} is in tables. */
  void flushed(long sequence) {
    take(sequence).forEach(waiter -> waiter.done.complete(null));
  }

  /** It will not come to that. */
  void fail(EngineException reason) {
    take(Long.MAX_VALUE).forEach(waiter -> waiter.done.completeExceptionally(reason));
  }

  private synchronized List<Waiter> take(long sequence) {
    List<Waiter> taken = new ArrayList<>();
    waiting.removeIf(waiter -> waiter.sequence <= sequence && taken.add(waiter));
    return taken;
  }
}
