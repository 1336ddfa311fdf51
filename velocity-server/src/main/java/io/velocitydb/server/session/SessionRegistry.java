package io.velocitydb.server.session;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** All open connections. Thread-safe. */
public final class SessionRegistry {
  private final int connectionsMax;
  private final ConcurrentHashMap<Long, Session> sessions = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong(1);
  private final AtomicInteger counted = new AtomicInteger();
  private volatile boolean draining;
  private final LongAdder opened = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder failedLogins = new LongAdder();

  /**
   * @param connectionsMax how many may be open at once, those of the administration socket aside
   */
  public SessionRegistry(int connectionsMax) {
    this.connectionsMax = connectionsMax;
  }

  long newId() {
    return nextId.getAndIncrement();
  }

  /** Counts a connection in; false when there are too many, and it is to be refused. */
  boolean open(Session session) {
    opened.increment();
    sessions.put(session.id(), session);
    if (session.isLocal()) {
      return true;
    }
    if (counted.incrementAndGet() > connectionsMax) {
      refused.increment();
      return false;
    }
    return true;
  }

  void close(Session session) {
    if (sessions.remove(session.id()) != null && !session.isLocal()) {
      counted.decrementAndGet();
    }
    synchronized (this) {
      notifyAll();
    }
  }

  /** A login failed. */
  public void countFailedLogin() {
    failedLogins.increment();
  }

  /** Connections open now. */
  public int size() {
    return sessions.size();
  }

  /** Connections opened since the start. */
  public long opened() {
    return opened.sum();
  }

  /** Connections refused because there were too many. */
  public long refused() {
    return refused.sum();
  }

  /** Logins that failed. */
  public long failedLogins() {
    return failedLogins.sum();
  }

  /** Connections open now, in no order. */
  public Collection<Session> all() {
    return List.copyOf(sessions.values());
  }

  boolean isDraining() {
    return draining;
  }

  /**
   * Has every connection answer what it accepted and close, and refuses new ones.
   *
   * @param alsoLocal whether those of the administration socket too
   */
  public void drain(boolean alsoLocal) {
    draining = true;
    for (Session session : sessions.values()) {
      if (alsoLocal || !session.isLocal()) {
        session.drain();
      }
    }
  }

  /**
   * Waits until the connections that {@link #drain} closes are closed.
   *
   * @return whether they are; false when {@code patience} ended first
   */
  public synchronized boolean awaitClosed(boolean alsoLocal, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (sessions.values().stream().anyMatch(session -> alsoLocal || !session.isLocal())) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** Closes what is still open, at once. */
  public void closeAll() {
    sessions.values().forEach(Session::closeNow);
  }
}
