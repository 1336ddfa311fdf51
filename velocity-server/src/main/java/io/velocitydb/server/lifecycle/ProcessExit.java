package io.velocitydb.server.lifecycle;

import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * With which code the process ends when it is told to. A server that went down in order ends with
 * 0, where Java's own code would be 143. One that has not begun yet, since the frameworks still
 * come up, ends at once: nothing was opened, and they would complain that they cannot start in a
 * process that ends. Thread-safe.
 */
final class ProcessExit {
  /** What ends a process that does nothing about SIGTERM. */
  static final int TERMINATED = 143;

  private final IntConsumer halt;
  private final CountDownLatch ended = new CountDownLatch(1);

  // Guarded by the monitor.
  private boolean told;
  private boolean begun;
  private @Nullable Integer code;

  /**
   * @param halt ends the process with a code, now
   */
  ProcessExit(IntConsumer halt) {
    this.halt = halt;
  }

  /** The server begins; false if the process was told to end before. */
  synchronized boolean begin() {
    begun = !told;
    return begun;
  }

  /** The process ends by itself, or the server that begun has gone down. The first code counts. */
  void end(int with) {
    synchronized (this) {
      if (code == null) {
        code = with;
      }
    }
    ended.countDown();
  }

  /** Runs when the process was told to end, or ends by itself. */
  void told() {
    synchronized (this) {
      told = true;
      if (code != null && !begun) {
        return; // It ends by itself, with that code.
      }
      if (!begun) {
        halt.accept(TERMINATED);
        return;
      }
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    halt.accept(code());
  }

  private synchronized int code() {
    return code == null ? TERMINATED : code;
  }
}
