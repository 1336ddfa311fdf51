package io.velocitydb.client.connection;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The clock and timer of connections; tests put their own in its place. Thread safe. */
public interface Scheduler {

  /** A moment in nanoseconds that only moves forward; as {@link System#nanoTime()}. */
  long nanoTime();

  /** Runs {@code task} on {@code executor} once {@code delayNanos} have passed. */
  Timer schedule(ScheduledExecutorService executor, Runnable task, long delayNanos);

  /** A task that waits for its time. */
  interface Timer {
    /** Drops the task if it did not run yet. */
    void cancel();
  }

  /** The machine's own clock and the executor's own timer. */
  Scheduler SYSTEM =
      new Scheduler() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public Timer schedule(ScheduledExecutorService executor, Runnable task, long delayNanos) {
          var future = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
          return () -> future.cancel(false);
        }
      };
}
