package io.velocitydb.engine.background;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Says to one waiting thread that something has happened; can be cleared and used again. Wait for
 * it by {@link Background#await(Signal)}.
 */
public final class Signal {
  private volatile @Nullable Thread waiting;
  private volatile boolean set;

  /** It has happened. Any thread. */
  public void set() {
    set = true;
    Thread thread = waiting;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Whether it has happened. */
  public boolean isSet() {
    return set;
  }

  /** Prepares it for another use; nobody may wait. */
  public void clear() {
    set = false;
  }

  /** Sleeps until it has happened; one thread at a time. */
  void sleep() {
    waiting = Thread.currentThread();
    while (!set) {
      LockSupport.park(this);
    }
    waiting = null;
  }
}
