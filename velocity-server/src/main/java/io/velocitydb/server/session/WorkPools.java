package io.velocitydb.server.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that may block. They are platform threads: neither a file read nor Argon2 frees a
 * virtual thread's carrier. Every pool and its queue are bounded; who finds a queue full is told
 * that the server is overloaded. Thread-safe.
 */
public final class WorkPools implements AutoCloseable {
  /** What a pool is for. */
  public enum Pool {
    /** Reads that need a file, and scans. */
    READS(16, 4_096),
    /** Checking and executing frames of more than 64 KiB. */
    LARGE_FRAMES(2, 1_024),
    /** Administration that ends soon. */
    ADMINISTRATION(2, 64),
    /** Administration that may run for hours: verify, compact, flush. */
    MAINTENANCE(2, 16),
    /** Argon2id: 19 MiB and tens of milliseconds each. */
    PASSWORDS(2, 64);

    private final int threads;
    private final int queue;

    Pool(int threads, int queue) {
      this.threads = threads;
      this.queue = queue;
    }
  }

  private static final Duration KEEP_IDLE = Duration.ofSeconds(30);

  private final Map<Pool, ThreadPoolExecutor> executors = new EnumMap<>(Pool.class);

  public WorkPools() {
    for (Pool pool : Pool.values()) {
      executors.put(pool, executor(pool));
    }
  }

  private static ThreadPoolExecutor executor(Pool pool) {
    String name = "velocity-" + pool.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            pool.threads,
            pool.threads,
            KEEP_IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(pool.queue),
            Thread.ofPlatform().name(name + "-", 0).daemon(true).factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /**
   * Runs something soon.
   *
   * @throws RejectedExecutionException when the pool's queue is full, or the pools are closed
   */
  public void execute(Pool pool, Runnable work) {
    executors.get(pool).execute(work);
  }

  /** How much waits in a pool's queue. */
  public int waiting(Pool pool) {
    return executors.get(pool).getQueue().size();
  }

  /** Takes nothing more; what was taken is finished, for at most this long. */
  public void close(Duration grace) {
    List<ThreadPoolExecutor> all = new ArrayList<>(executors.values());
    all.forEach(ThreadPoolExecutor::shutdown);
    long end = System.nanoTime() + grace.toNanos();
    try {
      for (ThreadPoolExecutor executor : all) {
        executor.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }
}
