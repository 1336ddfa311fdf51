package io.velocitydb.client.connection;

import io.netty.channel.EventLoop;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One timer for all deadlines of a lane: it fires at the earliest watched moment, and whoever is
 * told then looks at all requests and watches what is left.
 *
 * <p>Cheap because deadlines mostly lie a constant ahead: between two firings all requests of that
 * time come and go without touching the timer. Confined to the event loop.
 */
final class Deadlines {

  private final Scheduler scheduler;
  private final EventLoop loop;
  private final LongConsumer expired;
  private Scheduler.@Nullable Timer timer;
  private long firesAtNanos;

  Deadlines(Scheduler scheduler, EventLoop loop, LongConsumer expired) {
    this.scheduler = scheduler;
    this.loop = loop;
    this.expired = expired;
  }

  /** Makes sure that the timer fires at {@code moment} at the latest. */
  void watch(long momentNanos) {
    if (timer != null) {
      if (firesAtNanos - momentNanos <= 0) {
        return;
      }
      timer.cancel();
    }
    firesAtNanos = momentNanos;
    timer = scheduler.schedule(loop, this::fire, Math.max(0, momentNanos - scheduler.nanoTime()));
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void fire() {
    timer = null;
    expired.accept(scheduler.nanoTime());
  }
}
