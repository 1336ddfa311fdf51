package io.velocitydb.engine.commit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the large batches of an engine may take of its memory together. One that is alone is taken
 * whatever its size, so that the longest value can be written under any limit. Thread-safe.
 */
public final class BatchRoom {
  /** As much is taken without anybody making room for it. */
  private static final int SPARE_SHARE = 4;

  private final long most;
  private final Runnable grown;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param most bytes that several large batches may have together
   * @param grown called after they took more than a quarter of it; others may have to yield
   */
  public BatchRoom(long most, Runnable grown) {
    this.most = most;
    this.grown = grown;
  }

  /** For a batch that shares memory with nobody. */
  static BatchRoom unlimited() {
    return new BatchRoom(Long.MAX_VALUE, () -> {});
  }

  /** Bytes that several large batches may have together. */
  public long most() {
    return most;
  }

  /**
   * Takes bytes for a batch.
   *
   * @param own what it has already
   * @return false if the others have too much
   */
  boolean tryTake(long bytes, long own) {
    long before = taken.get();
    while (before == own || bytes <= most - before) {
      if (taken.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /** What was taken is allocated now. */
  void allocated() {
    if (taken.get() > most / SPARE_SHARE) {
      grown.run();
    }
  }

  /** Gives bytes back. */
  void give(long bytes) {
    if (bytes > 0) {
      taken.addAndGet(-bytes);
    }
  }
}
