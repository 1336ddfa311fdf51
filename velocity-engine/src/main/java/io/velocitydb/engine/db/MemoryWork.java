package io.velocitydb.engine.db;

import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cache.CacheStats;
import io.velocitydb.engine.tuning.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * What was counted of the use of memory until a moment.
 *
 * @param waits blocks that were read because they were not in the cache
 */
record MemoryWork(
    long nanoTime,
    long hits,
    long misses,
    List<Long> foundWithMore,
    long waits,
    long waitNanos,
    long writtenBytes,
    long stallNanos) {

  static MemoryWork now(long nanoTime, BlockCache cache, List<Store> stores) {
    CacheStats stats = cache.stats();
    List<Long> found = new ArrayList<>();
    for (long each : cache.foundWithMore()) {
      found.add(each);
    }
    long waits = 0;
    long waitNanos = 0;
    long written = 0;
    long stalled = 0;
    for (Store store : stores) {
      waits += store.tables().metrics().waits();
      waitNanos += store.tables().metrics().waitNanos();
      written += store.wal().written();
      stalled += store.commit().stallNanos();
    }
    return new MemoryWork(
        nanoTime, stats.hits(), stats.misses(), found, waits, waitNanos, written, stalled);
  }

  /** What was done after {@code before}; with a database that was dropped its figures are gone. */
  Work since(MemoryWork before) {
    long newWaits = waits - before.waits;
    List<Long> found = new ArrayList<>();
    for (int i = 0; i < foundWithMore.size(); i++) {
      found.add(foundWithMore.get(i) - before.foundWithMore.get(i));
    }
    return new Work(
        (nanoTime - before.nanoTime) / 1e9,
        hits - before.hits,
        misses - before.misses,
        found,
        newWaits <= 0 ? 0 : (double) Math.max(0, waitNanos - before.waitNanos) / newWaits,
        Math.max(0, writtenBytes - before.writtenBytes),
        Math.max(0, stallNanos - before.stallNanos));
  }
}
