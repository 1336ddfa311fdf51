package io.velocitydb.server.report;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does something again and again. */
@FunctionalInterface
public interface Ticker {
  /**
   * Runs {@code work} after each {@code interval}, one run at a time.
   *
   * @param work throws nothing
   * @return ends it; when that returns no run is under way
   */
  Runnable every(Duration interval, Runnable work);

  /** On a thread of its own. */
  static Ticker onThread(String name) {
    return (interval, work) -> {
      ScheduledExecutorService thread =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().name(name).daemon(true).factory());
      var _ =
          thread.scheduleAtFixedRate(
              work, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
      return ((ExecutorService) thread)::close;
    };
  }
}
