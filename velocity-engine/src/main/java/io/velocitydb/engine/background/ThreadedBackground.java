package io.velocitydb.engine.background;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real thing: a pool of platform threads per lane. They are daemons, so that a program which
 * forgets to close its engine still ends; what was acknowledged is in the log.
 *
 * <p>Platform threads on purpose: file calls keep a virtual thread's carrier.
 */
public final class ThreadedBackground implements Background {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadedBackground.class);

  private static final int LOG_THREADS = 8;
  private static final int READ_THREADS = 16;
  private static final long IDLE_SECONDS = 30;
  private static final long LOOK_NANOS = 20_000;

  private final List<ExecutorService> lanes = new ArrayList<>();
  private final ScheduledExecutorService timers;

  public ThreadedBackground() {
    int compactions = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    for (Lane lane : Lane.values()) {
      int threads =
          switch (lane) {
            case LOG -> LOG_THREADS;
            case FLUSH -> 2;
            case COMPACTION -> compactions;
            case READ -> READ_THREADS;
          };
      lanes.add(pool(threads, "velocity-" + lane.name().toLowerCase(java.util.Locale.ROOT)));
    }
    timers = Executors.newSingleThreadScheduledExecutor(daemons("velocity-timer"));
  }

  private static ExecutorService pool(int threads, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public void execute(Lane lane, Runnable task) {
    lanes.get(lane.ordinal()).execute(task);
  }

  @Override
  public void after(Lane lane, long nanos, Runnable task) {
    try {
      var _ = timers.schedule(() -> executeOrRun(lane, task), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("not started any more: {}", task);
    }
  }

  private void executeOrRun(Lane lane, Runnable task) {
    try {
      execute(lane, task);
    } catch (RuntimeException | Error e) {
      // Closing, or no thread to be had: somebody may wait for the task all the same.
      LOG.debug("a task runs on the timer's thread", e);
      task.run();
    }
  }

  @Override
  public Timer every(Lane lane, long periodMs, Runnable task) {
    // A run that is still waiting or running when the next is due stands for it.
    AtomicBoolean pending = new AtomicBoolean();
    Future<?> timer =
        timers.scheduleAtFixedRate(
            () -> {
              if (pending.compareAndSet(false, true)) {
                try {
                  execute(
                      lane,
                      () -> {
                        pending.set(false);
                        task.run();
                      });
                } catch (RuntimeException | Error e) {
                  // The lanes end before the timers; or there was no thread to be had, and the
                  // next tick tries again, if nothing is thrown here.
                  pending.set(false);
                  LOG.debug("a tick was left out", e);
                }
              }
            },
            periodMs,
            periodMs,
            TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
  }

  @Override
  public <T> T await(CompletableFuture<T> future) {
    look(future::isDone);
    return future.join();
  }

  @Override
  public void await(Signal signal) {
    look(signal::isSet);
    signal.sleep();
  }

  /**
   * Looks for a while before the caller sleeps: what another thread has under way mostly comes
   * sooner than a sleeping thread would wake up. A virtual thread leaves its carrier at once
   * instead.
   */
  @SuppressWarnings("ThreadPriorityCheck") // the core is wanted by the one who completes it
  private static void look(BooleanSupplier done) {
    if (!done.getAsBoolean() && !Thread.currentThread().isVirtual()) {
      long begin = System.nanoTime();
      while (!done.getAsBoolean() && System.nanoTime() - begin < LOOK_NANOS) {
        Thread.yield();
      }
    }
  }

  @Override
  public void close() {
    timers.shutdownNow();
    for (ExecutorService lane : lanes) {
      lane.shutdown();
    }
    for (ExecutorService lane : lanes) {
      lane.close();
    }
  }
}
