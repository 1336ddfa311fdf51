package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Opens databases side by side on the reading threads: opening one mostly waits for the disk, and
 * there may be thousands.
 */
final class ParallelOpening<T> {
  /**
   * Databases that are opened at a time. Each may have as much as three memtables of what it
   * replays, one being filled and two being written: by default altogether three quarters of the
   * memory limit, of which nothing else takes any before the databases are open.
   */
  static final int WORKERS = 4;

  private final Background background;
  private final Opener<T> opener;
  private final ConcurrentLinkedQueue<String> waiting;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  // Guarded by the monitor.
  private final Map<String, T> opened = new TreeMap<>();
  private int running;
  private @Nullable Throwable failure;

  /** Opens one. */
  interface Opener<T> {
    T open(String name) throws IOException;
  }

  ParallelOpening(Background background, Collection<String> names, Opener<T> opener) {
    this.background = background;
    this.waiting = new ConcurrentLinkedQueue<>(names);
    this.opener = opener;
  }

  /**
   * Opens all; ends early after the first failure, which {@link #failure} tells.
   *
   * @return those that were opened, by name
   */
  Map<String, T> run() {
    int workers = Math.min(WORKERS, waiting.size());
    if (workers == 0) {
      return Map.of();
    }
    synchronized (this) {
      running = workers;
    }
    for (int i = 0; i < workers; i++) {
      try {
        background.execute(Lane.READ, this::work);
      } catch (RuntimeException | Error e) {
        end(e);
      }
    }
    background.await(ended);
    synchronized (this) {
      return new TreeMap<>(opened);
    }
  }

  /** What went wrong first; null if nothing did. */
  synchronized @Nullable Throwable failure() {
    return failure;
  }

  private void work() {
    try {
      String name;
      while (failure() == null && (name = waiting.poll()) != null) {
        T one = opener.open(name);
        synchronized (this) {
          opened.put(name, one);
        }
      }
      end(null);
    } catch (IOException | RuntimeException | Error e) {
      end(e);
    }
  }

  private void end(@Nullable Throwable why) {
    boolean last;
    synchronized (this) {
      if (why != null) {
        if (failure == null) {
          failure = why;
        } else {
          failure.addSuppressed(why);
        }
      }
      last = --running == 0;
    }
    if (last) {
      ended.complete(null);
    }
  }
}
