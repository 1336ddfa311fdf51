package io.velocitydb.bench.load;

import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hands out groups at a fixed rate, to the connections by turns, whatever becomes of the ones
 * before. Those that are due within the same tick are due at its end, so that the event loop can
 * sleep in between; from then on their latency counts, also when the loop wakes late. Runs on the
 * event loop.
 */
final class Pacer implements Runnable {
  private static final long TICK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final List<LoadConnection> connections;
  private final EventExecutor loop;
  private final double nanosPerGroup;
  private final long start;
  private final long end;
  private long offered;

  /**
   * @param groupsPerSecond above 0
   * @param end on the clock of {@link System#nanoTime()}
   */
  Pacer(
      List<LoadConnection> connections,
      EventExecutor loop,
      double groupsPerSecond,
      long start,
      long end) {
    this.connections = connections;
    this.loop = loop;
    nanosPerGroup = 1e9 / groupsPerSecond;
    this.start = start;
    this.end = end;
  }

  /** When the n-th group is due, from the start on. */
  static long dueNanos(long n, double nanosPerGroup) {
    long exact = (long) (n * nanosPerGroup);
    return (exact + TICK_NANOS - 1) / TICK_NANOS * TICK_NANOS;
  }

  @Override
  public void run() {
    try {
      offerDue();
    } catch (RuntimeException e) {
      connections.forEach(connection -> connection.fail(e));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // run lets no exception out
  private void offerDue() {
    long now = System.nanoTime();
    while (true) {
      long due = start + dueNanos(offered, nanosPerGroup);
      if (due - end >= 0) {
        for (LoadConnection connection : connections) {
          connection.end();
        }
        return;
      }
      if (due - now > 0) {
        loop.schedule(this, due - now, TimeUnit.NANOSECONDS);
        return;
      }
      connections.get((int) (offered % connections.size())).offer(due);
      offered++;
    }
  }
}
