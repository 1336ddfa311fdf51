package io.velocitydb.bench.engine.measure;

import io.velocitydb.bench.engine.store.Session;
import io.velocitydb.bench.engine.store.StoreUnderTest;
import io.velocitydb.bench.engine.workload.KeyChoice;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes at a fixed rate, a few entries each millisecond, until closed. What it could not write in
 * time it does not make up for.
 */
final class PacedWriter implements AutoCloseable {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STEPS_PER_SECOND = 1_000;

  private final int perStep;
  private final CompletableFuture<Void> ended;
  private final AtomicLong written = new AtomicLong();
  private volatile boolean closed;

  PacedWriter(StoreUnderTest store, long keys, int perSecond, long seed) {
    perStep = Math.max(1, perSecond / STEPS_PER_SECOND);
    ended = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("paced-writer")
        .start(
            () -> {
              try (Session session = store.session()) {
                write(session, KeyChoice.uniform(keys, seed));
                ended.complete(null);
              } catch (RuntimeException | Error e) {
                ended.completeExceptionally(e);
              }
            });
  }

  private void write(Session session, KeyChoice keys) {
    long next = System.nanoTime();
    while (!closed) {
      for (int i = 0; i < perStep; i++) {
        session.put(keys.next());
      }
      written.addAndGet(perStep);
      long now = System.nanoTime();
      next = Math.max(next + STEP_NANOS, now - STEP_NANOS);
      if (next > now) {
        LockSupport.parkNanos(next - now);
      }
    }
  }

  /** Entries written until now. */
  long written() {
    return written.get();
  }

  /** Ends it; throws what it failed with. */
  @Override
  public void close() {
    closed = true;
    ended.join();
  }
}
