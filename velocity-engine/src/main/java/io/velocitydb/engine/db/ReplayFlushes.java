package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.memtable.ReplayBuffer;
import io.velocitydb.engine.vfs.DiskFullException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was replayed to tables, some buffers side by side, while replay goes on into the next
 * one. They are recorded in the order of their entries. Of the replaying thread.
 */
final class ReplayFlushes {
  /** Buffers that are full and not recorded yet; one more is being filled. */
  static final int MOST = 2;

  private static final Logger LOG = LoggerFactory.getLogger(ReplayFlushes.class);

  private final Background background;
  private final Flush flush;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  private record Pending(ReplayBuffer full, CompletableFuture<MergeResult> written) {}

  /** The two halves of a flush. */
  interface Flush {
    /**
     * Writes tables that nobody knows of yet. Any thread.
     *
     * @param alone whether all that is older was recorded before
     */
    MergeResult write(ReplayBuffer full, boolean alone) throws IOException;

    /**
     * Records the tables, or writes them first: it may have come to nothing for want of space. Of
     * the replaying thread.
     */
    void record(ReplayBuffer full, @Nullable MergeResult written) throws IOException;
  }

  ReplayFlushes(Background background, Flush flush) {
    this.background = background;
    this.flush = flush;
  }

  /** Begins to write a buffer, which it closes later; may wait for others, and throws for them. */
  void begin(ReplayBuffer full) throws IOException {
    CompletableFuture<MergeResult> written = new CompletableFuture<>();
    pending.add(new Pending(full, written));
    boolean alone = pending.size() == 1;
    try {
      background.execute(
          Lane.FLUSH,
          () -> {
            try {
              written.complete(flush.write(full, alone));
            } catch (IOException | RuntimeException | Error e) {
              written.completeExceptionally(e);
            }
          });
    } catch (RuntimeException | Error e) {
      written.completeExceptionally(e);
      throw e;
    }
    while (pending.size() > MOST) {
      recordOldest();
    }
  }

  /** Records all that was begun. */
  void finish() throws IOException {
    while (!pending.isEmpty()) {
      recordOldest();
    }
  }

  /** Lets what is under way end and drops it; for an end after a failure. */
  void abandon() {
    for (Pending each = pending.poll(); each != null; each = pending.poll()) {
      try {
        background.await(each.written);
      } catch (CompletionException e) {
        LOG.debug("after another failure a flush failed, too", e);
      } finally {
        each.full.close();
      }
    }
  }

  private void recordOldest() throws IOException {
    Pending oldest = pending.element();
    MergeResult written;
    try {
      written = background.await(oldest.written);
    } catch (CompletionException e) {
      written = null;
      demandDiskFull(e);
    }
    flush.record(oldest.full, written);
    pending.remove();
    oldest.full.close();
  }

  private static void demandDiskFull(CompletionException e) throws IOException {
    switch (e.getCause()) {
      case DiskFullException _ -> {}
      case IOException cause -> throw cause;
      case RuntimeException cause -> throw cause;
      case Error cause -> throw cause;
      case null, default -> throw e;
    }
  }
}
