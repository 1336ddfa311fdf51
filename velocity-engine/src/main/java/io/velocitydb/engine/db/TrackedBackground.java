package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Signal;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The background as one database uses it: knows which of its tasks are under way, so that closing
 * can wait for them and nothing runs afterwards.
 */
final class TrackedBackground implements Background {
  private static final Logger LOG = LoggerFactory.getLogger(TrackedBackground.class);

  private final Background shared;
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private int running;
  private boolean closed;

  TrackedBackground(Background shared) {
    this.shared = shared;
  }

  @Override
  public void execute(Lane lane, Runnable task) {
    if (!begin()) {
      throw new RejectedExecutionException("closed");
    }
    try {
      shared.execute(lane, () -> runAndEnd(task));
    } catch (RuntimeException | Error e) {
      end();
      throw e;
    }
  }

  /** As {@link #execute}; does nothing when closed. */
  void tryExecute(Lane lane, Runnable task) {
    try {
      execute(lane, task);
    } catch (RejectedExecutionException closing) {
      LOG.debug("not started any more, since its database is closing: {}", task);
    }
  }

  /** As {@link #execute}, later; does nothing if it is closed by then. */
  @Override
  public void after(Lane lane, long nanos, Runnable task) {
    shared.after(
        lane,
        nanos,
        () -> {
          if (begin()) {
            runAndEnd(task);
          }
        });
  }

  /** Work on the thread that asks for it. */
  interface Work<T> {
    T run() throws IOException;
  }

  /**
   * Does something on this thread, which closing waits for like for any task.
   *
   * @throws EngineException if it is closed
   */
  <T> T here(Work<T> work) throws IOException {
    if (!begin()) {
      throw new EngineException(Kind.CLOSED, "the database is closed");
    }
    try {
      return work.run();
    } finally {
      end();
    }
  }

  /** As {@link #here}; false if it is closed. */
  boolean tryHere(Runnable work) {
    if (!begin()) {
      return false;
    }
    try {
      work.run();
    } finally {
      end();
    }
    return true;
  }

  private void runAndEnd(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a background task failed unexpectedly", e);
    } finally {
      end();
    }
  }

  /** Counts one more that runs, unless it is closed. */
  private synchronized boolean begin() {
    if (closed) {
      return false;
    }
    running++;
    return true;
  }

  private synchronized void end() {
    running--;
    if (closed && running == 0) {
      idle.complete(null);
    }
  }

  @Override
  public Timer every(Lane lane, long periodMs, Runnable task) {
    throw new UnsupportedOperationException("timers belong to the engine");
  }

  @Override
  public <T> T await(CompletableFuture<T> future) {
    return shared.await(future);
  }

  @Override
  public void await(Signal signal) {
    shared.await(signal);
  }

  /** Starts nothing any more, and waits for what runs. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (running == 0) {
        idle.complete(null);
      }
    }
    shared.await(idle);
  }
}
