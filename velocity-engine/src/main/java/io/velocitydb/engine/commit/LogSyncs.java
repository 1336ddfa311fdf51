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
 * Syncs the log on a thread of its own, once for all who asked meanwhile. A sync that failed is
 * never tried again. Thread-safe.
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
  private final AtomicInteger asked = new AtomicInteger();
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

  /** Asks for a sync of everything written; does not wait. */
  void request() {
    if (asked.getAndIncrement() == 0) {
      try {
        background.execute(Lane.LOG, syncAll);
      } catch (RuntimeException | Error e) {
        LOG.debug("closing, or no thread to be had: it is done here", e);
        syncAll();
      }
    }
  }

  private void syncAll() {
    int seen = 1;
    do {
      try {
        syncOnce();
      } catch (IOException | RuntimeException | Error e) {
        failed.accept(e);
      }
      afterwards.run();
      seen = asked.addAndGet(-seen);
    } while (seen != 0);
  }

  private void syncOnce() throws IOException {
    Wal wal = environment.wal();
    if (sound.getAsBoolean() && wal.synced() < wal.written()) {
      long start = clock.nanoTime();
      try {
        wal.sync();
        environment.synced();
      } finally {
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
