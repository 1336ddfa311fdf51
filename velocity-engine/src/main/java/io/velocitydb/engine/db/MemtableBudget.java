package io.velocitydb.engine.db;

import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Holds the memtables of all databases below a share of the memory limit: beyond it, the largest
 * one is flushed early. A single database stays below by itself; many that are written together
 * would not. Thread-safe.
 */
final class MemtableBudget {
  private final NativeMemory memory;
  private final long limit;
  private final Supplier<List<Store>> stores;
  private final AtomicBoolean relieving = new AtomicBoolean();

  /**
   * @param limit bytes of memtables, flushing ones included
   */
  MemtableBudget(NativeMemory memory, long limit, Supplier<List<Store>> stores) {
    this.memory = memory;
    this.limit = limit;
    this.stores = stores;
  }

  /** Has something flushed if there is too much; never waits. */
  void check() {
    if (memory.allocated(MemoryTag.MEMTABLE) <= limit || !relieving.compareAndSet(false, true)) {
      return;
    }
    try {
      relieve();
    } catch (RuntimeException | Error e) {
      relieving.set(false);
      throw e;
    }
  }

  private void relieve() {
    Store largest = null;
    long most = 0;
    for (Store store : stores.get()) {
      long bytes = store.views().activeBytes();
      if (bytes > most) {
        most = bytes;
        largest = store;
      }
    }
    if (largest == null) {
      relieving.set(false);
    } else {
      var _ = largest.flush().whenComplete((_, _) -> relieving.set(false));
    }
  }
}
