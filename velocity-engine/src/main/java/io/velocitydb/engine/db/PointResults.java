package io.velocitydb.engine.db;

import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Keeps used results for the next reads, so that reading allocates nothing: a few slots, chosen by
 * thread, without waiting. (Thread-locals would be filled once per virtual thread.)
 */
final class PointResults implements AutoCloseable {
  private static final int SLOTS = 64;
  private static final int STRIDE = 16;

  private final NativeMemory memory;
  private final AtomicReferenceArray<PointResult> slots =
      new AtomicReferenceArray<>(SLOTS * STRIDE);
  private volatile boolean closed;

  PointResults(NativeMemory memory) {
    this.memory = memory;
  }

  private static int slot() {
    long id = Thread.currentThread().threadId();
    return (int) (id & (SLOTS - 1)) * STRIDE;
  }

  /** A result for one read; give it back. */
  PointResult take() {
    PointResult kept = slots.getAndSet(slot(), null);
    return kept != null ? kept : new PointResult(memory);
  }

  void giveBack(PointResult result) {
    result.release();
    int slot = slot();
    if (closed || !slots.compareAndSet(slot, null, result)) {
      result.close();
    } else if (closed) {
      closeSlot(slot);
    }
  }

  private void closeSlot(int slot) {
    PointResult kept = slots.getAndSet(slot, null);
    if (kept != null) {
      kept.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (int i = 0; i < SLOTS; i++) {
      closeSlot(i * STRIDE);
    }
  }
}
