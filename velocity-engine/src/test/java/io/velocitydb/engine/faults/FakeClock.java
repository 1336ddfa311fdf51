package io.velocitydb.engine.faults;

import io.velocitydb.engine.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still until it is told to move. Thread-safe. */
public final class FakeClock implements Clock {
  private final AtomicLong wallMillis;
  private final AtomicLong nanos = new AtomicLong();

  public FakeClock(long wallMillis) {
    this.wallMillis = new AtomicLong(wallMillis);
  }

  @Override
  public long wallMillis() {
    return wallMillis.get();
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  /** Lets time pass, on both clocks. */
  public void advance(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    wallMillis.addAndGet(millis);
  }

  /** Lets so little time pass that only the monotonic clock notices. */
  public void pass(long addedNanos) {
    nanos.addAndGet(addedNanos);
  }

  /** Sets the machine's clock, forwards or back; the monotonic clock does not notice. */
  public void setWall(long millis) {
    wallMillis.set(millis);
  }
}
