package io.velocitydb.engine.background;

import java.util.concurrent.CompletableFuture;

/**
 * Runs the engine's background work. Several engines may share one. Thread-safe.
 *
 * <p>Tasks of a lane may run at the same time and in any order; the engine orders what must be
 * ordered itself.
 */
public interface Background extends AutoCloseable {
  /** Kinds of work that must not wait for each other. */
  enum Lane {
    /** Syncs of the log and completions behind them; short and urgent. */
    LOG,
    /** Writing memtables to files. */
    FLUSH,
    /** Merging files. */
    COMPACTION,
    /** Reads that wait for a disk. */
    READ
  }

  /** A periodic task. */
  interface Timer {
    /** No run begins after this returns; one that runs now is not waited for. */
    void cancel();
  }

  /**
   * Runs {@code task} once, soon, on another thread or later on this one; never before returning.
   */
  void execute(Lane lane, Runnable task);

  /** Runs {@code task} once on the lane, not before {@code nanos} have passed. */
  void after(Lane lane, long nanos, Runnable task);

  /** Runs {@code task} every {@code periodMs} milliseconds on the lane until cancelled. */
  Timer every(Lane lane, long periodMs, Runnable task);

  /** Waits for a future that background work completes, and returns its value or throws. */
  <T> T await(CompletableFuture<T> future);

  /** Waits for a signal that background work or another caller sets. */
  void await(Signal signal);

  /** Ends the threads after the tasks that were given. */
  @Override
  void close();
}
