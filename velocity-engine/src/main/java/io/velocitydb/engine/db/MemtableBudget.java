package io.velocitydb.engine.db;

import io.velocitydb.engine.commit.BatchRoom;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Holds the memtables of all databases below a share of the memory limit: short of it, the largest
 * one is flushed early, and writes are slowed down; beyond it, they wait for a flush. Thread-safe.
 */
final class MemtableBudget {
  private static final int TIGHT_SHARE = 8;

  private final NativeMemory memory;
  private final MemoryShares shares;
  private final BatchRoom batches;
  private final Supplier<List<Store>> stores;
  private final AtomicBoolean relieving = new AtomicBoolean();
  private final Set<Store> waiting = ConcurrentHashMap.newKeySet();

  MemtableBudget(
      NativeMemory memory, MemoryShares shares, BatchRoom batches, Supplier<List<Store>> stores) {
    this.memory = memory;
    this.shares = shares;
    this.batches = batches;
    this.stores = stores;
  }

  /** Room for batches on their way to memtables. */
  BatchRoom batches() {
    return batches;
  }

  /** Bytes at which one memtable is flushed. */
  long memtableBytes() {
    return shares.memtable();
  }

  /** Bytes from which on something is flushed, and writes are slowed down. */
  private static long tight(long limit) {
    return limit - limit / TIGHT_SHARE;
  }

  private boolean exceeded() {
    return memory.allocated(MemoryTag.MEMTABLE) > shares.memtables();
  }

  /**
   * How far the room is used up that is left when it gets tight: 0 or less where it is not, 1 at
   * the limit. Only where a flush will give memory back.
   */
  double debt() {
    long limit = shares.memtables();
    long tight = tight(limit);
    long over = memory.allocated(MemoryTag.MEMTABLE) - tight;
    return over <= 0 || !flushing() ? 0 : (double) over / Math.max(1, limit - tight);
  }

  /** Has something flushed if there is too much; never waits. */
  void check() {
    if (memory.allocated(MemoryTag.MEMTABLE) <= tight(shares.memtables())
        || !relieving.compareAndSet(false, true)) {
      return;
    }
    try {
      relieve();
    } catch (RuntimeException | Error e) {
      relieving.set(false);
      throw e;
    }
  }

  /**
   * Whether a store may take a write. If not, another memtable's flush will make room, and then the
   * store's pipeline is told to try again. Memtables that only old views still hold are no reason
   * to wait: the one who holds the view may be the one who wants to write.
   */
  boolean admits(Store store) {
    if (!exceeded()) {
      return true;
    }
    check();
    if (!flushing()) {
      return true;
    }
    waiting.add(store);
    if (exceeded() && flushing()) {
      return false;
    }
    // The flush ended meanwhile, and may have told those who waited before this one did.
    waiting.remove(store);
    return true;
  }

  /** Whether a memtable will be flushed, and takes no more writes. */
  private boolean flushing() {
    for (Store store : stores.get()) {
      if (store.views().immutableCount() > 0
          && !store.closed()
          && store.pipeline().poison() == null) {
        return true;
      }
    }
    return false;
  }

  /** A memtable was flushed, or will not be: who waited tries again. */
  void flushed() {
    for (Store store : List.copyOf(waiting)) {
      if (waiting.remove(store)) {
        store.pipeline().resume();
      }
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
