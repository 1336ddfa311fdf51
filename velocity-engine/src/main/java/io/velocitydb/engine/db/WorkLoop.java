package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background.Lane;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Background work that many ask for and one thread at a time does. Whatever goes wrong is reported:
 * work that ended in silence would leave those hanging who wait for it. Thread-safe.
 */
final class WorkLoop {
  private final TrackedBackground background;
  private final Lane lane;
  private final Work work;
  private final Consumer<Throwable> failed;
  private final AtomicInteger requests = new AtomicInteger();

  /** What is done each time. */
  interface Work {
    void run() throws IOException;
  }

  /**
   * @param failed told what the work threw, or that no thread could be had for it
   */
  WorkLoop(TrackedBackground background, Lane lane, Work work, Consumer<Throwable> failed) {
    this.background = background;
    this.lane = lane;
    this.work = work;
    this.failed = failed;
  }

  /** Has the work done, once more if it is under way, on another thread. */
  void request() {
    if (requests.getAndIncrement() == 0) {
      try {
        background.tryExecute(lane, this::run);
      } catch (RuntimeException | Error e) {
        requests.set(0);
        failed.accept(e);
      }
    }
  }

  private void run() {
    int seen = 1;
    do {
      try {
        work.run();
      } catch (IOException | RuntimeException | Error e) {
        failed.accept(e);
      }
      seen = requests.addAndGet(-seen);
    } while (seen != 0);
  }
}
