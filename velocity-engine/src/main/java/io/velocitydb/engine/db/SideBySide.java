package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.background.Signal;
import io.velocitydb.engine.sstable.TableLookups;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of one caller that wait for a disk, done by the caller and at the same time by threads that
 * are for such reads. The caller waits for none that has not begun: if all threads are busy, it
 * does everything itself. Thread-safe.
 */
final class SideBySide implements TableLookups.Workers {
  private static final Logger LOG = LoggerFactory.getLogger(SideBySide.class);

  /** Threads that help one caller; there are as many callers as one likes. */
  private static final int MOST_HELPERS = 7;

  private final TrackedBackground background;

  SideBySide(TrackedBackground background) {
    this.background = background;
  }

  @Override
  public void run(int jobs, IntConsumer job) {
    if (jobs == 1) {
      job.accept(0);
      return;
    }
    Round round = new Round(jobs, job);
    round.callHelpers(background);
    round.work();
    if (!round.ended.isSet()) {
      background.await(round.ended);
    }
    Throwable failure = round.failure.get();
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  private static final class Round {
    private final int jobs;
    private final IntConsumer job;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private final Signal ended = new Signal();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Round(int jobs, IntConsumer job) {
      this.jobs = jobs;
      this.job = job;
      left = new AtomicInteger(jobs);
    }

    void callHelpers(TrackedBackground background) {
      try {
        for (int i = 0; i < Math.min(jobs - 1, MOST_HELPERS); i++) {
          background.tryExecute(Lane.READ, this::work);
        }
      } catch (RuntimeException | Error e) {
        LOG.debug("reading without help, since there is no thread to be had", e);
      }
    }

    /** Takes jobs until none is left; one who comes too late finds none. */
    void work() {
      for (int i = next.getAndIncrement(); i < jobs; i = next.getAndIncrement()) {
        try {
          job.accept(i);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        } finally {
          if (left.decrementAndGet() == 0) {
            ended.set();
          }
        }
      }
    }
  }
}
