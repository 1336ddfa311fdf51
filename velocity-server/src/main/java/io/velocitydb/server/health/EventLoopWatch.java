package io.velocitydb.server.health;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Has every event loop stamp the time each second, and tells how old the oldest stamp is. */
@Singleton
public class EventLoopWatch {
  private static final long STAMP_EVERY_MS = 1_000;

  private final List<AtomicLong> stamps = new ArrayList<>();
  private final LongSupplier nanoTime;

  /** Watches by the machine's clock. */
  public EventLoopWatch() {
    this(System::nanoTime);
  }

  EventLoopWatch(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Begins to watch these loops, until they end. */
  public synchronized void watch(EventLoopGroup loops) {
    for (EventExecutor loop : loops) {
      AtomicLong stamp = new AtomicLong(nanoTime.getAsLong());
      stamps.add(stamp);
      var _ =
          loop.scheduleAtFixedRate(
              () -> stamp.set(nanoTime.getAsLong()), 0, STAMP_EVERY_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** How long the slowest loop has not come round; zero before any is watched. */
  public synchronized Duration oldest() {
    long now = nanoTime.getAsLong();
    long oldest = 0;
    for (AtomicLong stamp : stamps) {
      oldest = Math.max(oldest, now - stamp.get());
    }
    return Duration.ofNanos(oldest);
  }
}
