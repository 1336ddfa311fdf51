package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was replayed to tables, one memtable after another, while replay goes on into the
 * next one. Of the replaying thread.
 */
final class ReplayFlushes {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayFlushes.class);

  private final Background background;
  private @Nullable CompletableFuture<Void> running;

  ReplayFlushes(Background background) {
    this.background = background;
  }

  /** Writes one memtable. */
  interface Flush {
    void run() throws IOException;
  }

  /** Begins a flush as soon as the one before has ended; throws what that one threw. */
  void begin(Flush flush) throws IOException {
    await();
    CompletableFuture<Void> ended = new CompletableFuture<>();
    background.execute(
        Lane.FLUSH,
        () -> {
          try {
            flush.run();
            ended.complete(null);
          } catch (IOException | RuntimeException | Error e) {
            ended.completeExceptionally(e);
          }
        });
    running = ended;
  }

  /** Waits for the flush that is under way, whatever becomes of it; for an end after a failure. */
  void settle() {
    try {
      await();
    } catch (IOException | RuntimeException e) {
      LOG.debug("after another failure a flush failed, too", e);
    }
  }

  /** Waits for the flush that is under way; throws what it threw. */
  void await() throws IOException {
    CompletableFuture<Void> present = running;
    running = null;
    if (present == null) {
      return;
    }
    try {
      background.await(present);
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case UncheckedIOException cause -> throw cause.getCause();
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }
}
