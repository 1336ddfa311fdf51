package io.velocitydb.engine.db;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps what one call needed for the next one, so that calls allocate nothing: a few slots, chosen
 * by thread, without waiting. (Thread-locals would be filled once per virtual thread.) Thread-safe.
 */
final class Reusables<T> implements AutoCloseable {
  private static final int SLOTS = 64;
  private static final int STRIDE = 16;

  private final Supplier<T> make;
  private final Consumer<T> clean;
  private final Consumer<T> close;
  private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);
  private volatile boolean closed;

  /**
   * @param make called when there is none to be had
   * @param clean prepares one that was used for the next call
   * @param close gives back what one holds
   */
  Reusables(Supplier<T> make, Consumer<T> clean, Consumer<T> close) {
    this.make = make;
    this.clean = clean;
    this.close = close;
  }

  private static int slot() {
    long id = Thread.currentThread().threadId();
    return (int) (id & (SLOTS - 1)) * STRIDE;
  }

  /** One for this call alone; give it back. */
  T take() {
    T kept = slots.getAndSet(slot(), null);
    return kept != null ? kept : make.get();
  }

  void giveBack(T used) {
    clean.accept(used);
    int slot = slot();
    if (closed || !slots.compareAndSet(slot, null, used)) {
      close.accept(used);
    } else if (closed) {
      closeSlot(slot);
    }
  }

  private void closeSlot(int slot) {
    T kept = slots.getAndSet(slot, null);
    if (kept != null) {
      close.accept(kept);
    }
  }

  /** Closes those that are kept; the next calls make new ones. */
  void trim() {
    for (int i = 0; i < SLOTS; i++) {
      closeSlot(i * STRIDE);
    }
  }

  @Override
  public void close() {
    closed = true;
    trim();
  }
}
