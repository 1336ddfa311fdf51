package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the indexes and filters that tables of all databases have in memory below a share of the
 * memory limit: beyond it, those that were not read for longest are taken away, and come back when
 * they are read. Thread-safe.
 *
 * <p>Who was read lately is told by a mark that reads set: taking it away ages a table, the oldest
 * go first. A list in order of use would cost every read a lock.
 */
final class TableBudget {
  private static final Logger LOG = LoggerFactory.getLogger(TableBudget.class);

  private final NativeMemory memory;
  private final LongSupplier limit;
  private final Supplier<List<Store>> stores;
  private final Background background;
  private final AtomicBoolean relieving = new AtomicBoolean();
  private final AtomicInteger parts = new AtomicInteger();
  private final AtomicLong unloaded = new AtomicLong();

  /**
   * @param limit bytes of indexes and filters
   */
  TableBudget(
      NativeMemory memory,
      LongSupplier limit,
      Supplier<List<Store>> stores,
      Background background) {
    this.memory = memory;
    this.limit = limit;
    this.stores = stores;
    this.background = background;
  }

  /** Tables whose memory was taken away. */
  long unloaded() {
    return unloaded.get();
  }

  private boolean exceeded() {
    return memory.allocated(MemoryTag.INDEX) + memory.allocated(MemoryTag.FILTER)
        > limit.getAsLong();
  }

  /** Has memory taken away if there is too much; never waits. Any thread. */
  void check() {
    if (!exceeded() || !relieving.compareAndSet(false, true)) {
      return;
    }
    begin(background, this::relieve);
  }

  /** Does a part of the work; who ends the last one lets the next begin. */
  private void begin(Background on, Runnable part) {
    parts.incrementAndGet();
    try {
      on.execute(
          Lane.FLUSH,
          () -> {
            try {
              part.run();
            } finally {
              end();
            }
          });
    } catch (RuntimeException | Error e) {
      // Closing, or no thread to be had; the next load asks again.
      LOG.debug("indexes and filters stay as they are", e);
      end();
    }
  }

  private void end() {
    if (parts.decrementAndGet() == 0) {
      relieving.set(false);
    }
  }

  /** A table with something in memory. */
  private record Candidate(Store store, LiveTable table, long bytes, int age) {}

  private void relieve() {
    List<Candidate> candidates = new ArrayList<>();
    long bytes = 0;
    for (Store store : stores.get()) {
      for (LiveTable table : store.tables().loaded()) {
        Candidate candidate = new Candidate(store, table, table.residentBytes(), table.age());
        candidates.add(candidate);
        bytes += candidate.bytes;
      }
    }
    candidates.sort(
        Comparator.comparingInt((Candidate each) -> -each.age)
            .thenComparingLong(each -> each.table.info().maxSequence()));
    // What old views still hold counts for the limit, but cannot be had by taking away more.
    long most = limit.getAsLong();
    long excess = bytes - (most - most / 8);
    Map<Store, List<LiveTable>> victims = new LinkedHashMap<>();
    for (Candidate each : candidates) {
      if (excess <= 0) {
        break;
      }
      excess -= each.bytes;
      victims.computeIfAbsent(each.store, _ -> new ArrayList<>()).add(each.table);
    }
    victims.forEach(
        (store, tables) ->
            begin(
                store.background(),
                () -> {
                  store.unload(tables);
                  unloaded.addAndGet(tables.size());
                }));
  }
}
