package io.velocitydb.engine.db;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.sstable.TableMemory;
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
 * they are read. A table whose filter or index find no room reads them in partitions. Filters come
 * first, since all runs are asked for a key and one has it: indexes have half of the share at most.
 * An eighth is left for what tables without room have in memory all the same. Thread-safe.
 *
 * <p>Below the bound, too, a table that is not read gives way to blocks where that saves time.
 *
 * <p>Who was read lately is told by a mark that reads set: taking it away ages a table, the oldest
 * go first. A list in order of use would cost every read a lock.
 */
final class TableBudget implements TableMemory {
  private static final Logger LOG = LoggerFactory.getLogger(TableBudget.class);

  /**
   * A table gives way when blocks have lost so many times what its return costs. With once, and
   * reads that come back just then, at most twice as much is lost as by who knows the future (the
   * ski rental problem); twice makes what is merely read seldom stay.
   */
  private static final double IDLE_COSTS = 2;

  private static final double NANOS_PER_SECOND = 1e9;

  private final NativeMemory memory;
  private final LongSupplier limit;
  private final Supplier<List<Store>> stores;
  private final Background background;
  private final AtomicBoolean relieving = new AtomicBoolean();
  private final AtomicInteger parts = new AtomicInteger();
  private final AtomicLong unloaded = new AtomicLong();

  /** Bytes that tables without room paid since somebody last made some. */
  private final AtomicLong crowded = new AtomicLong();

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

  private long allocated() {
    return memory.allocated(MemoryTag.INDEX) + memory.allocated(MemoryTag.FILTER);
  }

  @Override
  public boolean hasRoomForFilter(long bytes) {
    long most = limit.getAsLong();
    return allocated() + bytes <= most - most / 8;
  }

  @Override
  public boolean hasRoomForIndex(long bytes) {
    return hasRoomForFilter(bytes)
        && memory.allocated(MemoryTag.INDEX) + bytes <= limit.getAsLong() / 2;
  }

  /** Has memory taken away if there is too much; never waits. */
  @Override
  public void loaded() {
    if (allocated() > limit.getAsLong() && relieving.compareAndSet(false, true)) {
      begin(background, this::relieve);
    }
  }

  /**
   * Has the memory of tables taken away that nobody read since the time before the last, once all
   * that have no room paid as much as all have. So it is rare enough that every table in use was
   * read meanwhile, also when there are many more than find room; never waits.
   */
  @Override
  public void crowded(long bytes) {
    if (crowded.addAndGet(bytes) >= limit.getAsLong() && relieving.compareAndSet(false, true)) {
      crowded.set(0);
      begin(background, this::makeRoom);
    }
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

  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    for (Store store : stores.get()) {
      for (LiveTable table : store.tables().loaded()) {
        candidates.add(new Candidate(store, table, table.residentBytes(), table.age()));
      }
    }
    candidates.sort(
        Comparator.comparingInt((Candidate each) -> -each.age)
            .thenComparingLong(each -> each.table.info().maxSequence()));
    return candidates;
  }

  /**
   * Takes away what tables have in memory that nobody has read for long, as blocks would make more
   * of it. Called at regular intervals by one thread.
   *
   * @param blocksClaim nanoseconds that a byte more would save blocks in a second
   * @param reloadNanos what bringing a byte of an index or filter back takes
   */
  void yieldToBlocks(double blocksClaim, double reloadNanos, long now) {
    if (blocksClaim <= 0 || relieving.get()) {
      return;
    }
    double patience = IDLE_COSTS * reloadNanos / blocksClaim * NANOS_PER_SECOND;
    List<Candidate> idle = new ArrayList<>();
    for (Store store : stores.get()) {
      for (LiveTable table : store.tables().loaded()) {
        if (table.idleNanos(now) > patience) {
          idle.add(new Candidate(store, table, table.residentBytes(), 0));
        }
      }
    }
    if (!idle.isEmpty() && relieving.compareAndSet(false, true)) {
      begin(background, () -> unload(idle, Long.MAX_VALUE));
    }
  }

  private void relieve() {
    List<Candidate> candidates = candidates();
    long bytes = candidates.stream().mapToLong(Candidate::bytes).sum();
    // What old views still hold counts for the limit, but cannot be had by taking away more.
    long most = limit.getAsLong();
    unload(candidates, bytes - (most - most / 8));
  }

  private void makeRoom() {
    List<Candidate> unused = candidates().stream().filter(each -> each.age > 1).toList();
    unload(unused, limit.getAsLong() / 4);
  }

  /** Takes away the first ones, up to so many bytes. */
  private void unload(List<Candidate> candidates, long bytes) {
    long excess = bytes;
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
