package io.velocitydb.bench.engine.measure;

import io.velocitydb.bench.engine.store.StoreUnderTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The wait until a store owes no work: what is in memory is flushed, and no merge is due. A store
 * has settled when it says so itself and its process has neither read nor written files for a
 * while; that while does not count.
 *
 * @param nanos from the call to the last sign of work
 * @param complete whether it settled within its time
 */
record Settling(long nanos, boolean complete) {
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final long LOOK_MILLIS = 20;

  /** More than looking itself, and logging, take between two looks. */
  private static final long NOISE_BYTES = 16 << 10;

  static Settling await(StoreUnderTest store, Duration limit) {
    long begin = System.nanoTime();
    store.flush();
    long active = System.nanoTime();
    long bytes = bytes();
    while (true) {
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a store settled", e);
      }
      long now = System.nanoTime();
      long bytesNow = bytes();
      if (store.busy() || bytesNow - bytes > NOISE_BYTES) {
        active = now;
      }
      bytes = bytesNow;
      if (now - active > QUIET_NANOS) {
        return new Settling(active - begin, true);
      }
      if (now - begin > limit.toNanos()) {
        return new Settling(now - begin, false);
      }
    }
  }

  private static long bytes() {
    ProcessFigures figures = ProcessFigures.now();
    return figures.readCalls() + figures.writeCalls();
  }
}
