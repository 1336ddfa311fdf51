package io.velocitydb.engine.commit;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.wal.Wal;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs the log, once for all who asked meanwhile. A sync that failed is never tried again.
 * Thread-safe.
 *
 * <p>Whoever asks while nobody is at it decides which thread does it: a log thread, or the asking
 * one itself, which then {@link #lead leads}: it syncs once, and leaves to a log thread what others
 * asked meanwhile. That spares a caller who waits for its own write two hand-overs between threads,
 * and under load the log thread stays at it as long as anybody asks.
 */
public final class LogSyncs {
  private static final Logger LOG = LoggerFactory.getLogger(LogSyncs.class);

  private final CommitEnvironment environment;
  private final Background background;
  private final Clock clock;
  private final BooleanSupplier sound;
  private final Runnable afterwards;
  private final Consumer<Throwable> failed;
  private final Runnable syncAll = this::syncAll;
  private final Runnable leadRound = this::leadRound;
  private final AtomicInteger asked = new AtomicInteger();

  /** Id of the thread that has asked first and leads; 0 if a log thread is to do it. */
  private volatile long leader;

  /** Whether a sync has failed; guards the log even if nobody could be told. */
  private volatile boolean broken;

  private final AtomicLong count = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();

  /**
   * @param sound whether the log may still be synced
   * @param afterwards called after each attempt
   * @param failed takes why a sync failed
   */
  LogSyncs(
      CommitEnvironment environment,
      Background background,
      Clock clock,
      BooleanSupplier sound,
      Runnable afterwards,
      Consumer<Throwable> failed) {
    this.environment = environment;
    this.background = background;
    this.clock = clock;
    this.sound = sound;
    this.afterwards = afterwards;
    this.failed = failed;
  }

  /**
   * Asks for a sync of everything written; does not wait.
   *
   * @param mayLead whether this thread is going to call {@link #lead} soon, whatever happens
   */
  void request(boolean mayLead) {
    if (asked.getAndIncrement() == 0) {
      if (mayLead) {
        leader = Thread.currentThread().threadId();
      } else {
        start();
      }
    }
  }

  /** Has a log thread do what was asked. Of the thread whose turn it is. */
  private void start() {
    try {
      background.execute(Lane.LOG, syncAll);
    } catch (RuntimeException | Error e) {
      LOG.debug("closing, or no thread to be had: it is done here", e);
      syncAll();
    }
  }

  /**
   * Does what this thread may have asked for: syncs once, here if it still waits for that and the
   * environment lets it.
   */
  void lead(AwaitedCompletion own) {
    if (leader != Thread.currentThread().threadId()) {
      return;
    }
    leader = 0;
    if (own.isEnded() || !environment.syncHere(leadRound)) {
      start();
    }
  }

  private void leadRound() {
    int seen = asked.get();
    syncRound();
    if (asked.addAndGet(-seen) != 0) {
      start();
    }
  }

  private void syncAll() {
    int seen;
    do {
      seen = asked.get();
      syncRound();
    } while (asked.addAndGet(-seen) != 0);
  }

  private void syncRound() {
    try {
      syncOnce();
    } catch (IOException | RuntimeException | Error e) {
      failed.accept(e);
    }
    afterwards.run();
  }

  private void syncOnce() throws IOException {
    Wal wal = environment.wal();
    if (sound.getAsBoolean() && wal.synced() < wal.written()) {
      if (broken) {
        throw new IOException("a sync has failed before");
      }
      long start = clock.nanoTime();
      boolean done = false;
      try {
        wal.sync();
        done = true;
        environment.synced();
      } finally {
        broken = !done;
        count.incrementAndGet();
        nanos.addAndGet(clock.nanoTime() - start);
      }
    }
  }

  /** Syncs, failed ones included. */
  public long count() {
    return count.get();
  }

  /** Nanoseconds spent in them. */
  public long nanos() {
    return nanos.get();
  }
}
