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

  /** Of what is taken: not allocated yet. */
  private final AtomicLong coming = new AtomicLong();

  /**
   * @param most bytes that several large batches may have together
   * @param grown called when they take more than a quarter of it, before they allocate it; others
   *     may have to yield
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

  /** Bytes that were taken and will be allocated at once. */
  public long coming() {
    return coming.get();
  }

  /**
   * Takes bytes for a batch, which then allocates them and says so by {@link #allocated}.
   *
   * @param own what it has already
   * @return false if the others have too much
   */
  boolean tryTake(long bytes, long own) {
    long before = taken.get();
    while (before == own || bytes <= most - before) {
      if (taken.compareAndSet(before, before + bytes)) {
        coming.addAndGet(bytes);
        if (before + bytes > most / SPARE_SHARE) {
          grown.run();
        }
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /** What was taken is allocated now, or will not be. */
  void allocated(long bytes) {
    coming.addAndGet(-bytes);
  }

  /** Gives bytes back. */
  void give(long bytes) {
    if (bytes > 0) {
      taken.addAndGet(-bytes);
    }
  }
}
