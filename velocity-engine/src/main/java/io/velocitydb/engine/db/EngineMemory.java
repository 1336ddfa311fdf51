package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.MemorySplit;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.cache.CacheStats;
import io.velocitydb.engine.commit.BatchRoom;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.tuning.Decision;
import io.velocitydb.engine.tuning.Decision.Direction;
import io.velocitydb.engine.tuning.MemoryTuner;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of an engine: who may have how much of it, and the moves between them that {@link
 * MemoryTuner} decides (the adaptive cache manager). Thread-safe.
 */
final class EngineMemory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineMemory.class);

  /** Time between two looks at what memory is used for, in milliseconds. */
  static final long LOOK_MS = 1_000;

  /** When this share of the memory limit was freed, free pages are given back. */
  private static final int TRIM_SHARE = 8;

  private final EngineOptions options;
  private final EngineEnvironment environment;
  private final Supplier<List<Store>> stores;
  private final MemoryShares shares;
  private final MemtableBudget memtables;
  private final BlockCache cache;
  private final TableBudget tables;
  private final MemoryTuner tuner;
  private final AtomicLong moves = new AtomicLong();

  // Guarded by the monitor.
  private long trimmedAt;
  private MemoryWork before;
  private boolean stopped;

  EngineMemory(EngineOptions options, EngineEnvironment environment, Supplier<List<Store>> stores) {
    this.options = options;
    this.environment = environment;
    this.stores = stores;
    NativeMemory memory = environment.memory();
    BatchRoom batches = new BatchRoom(MemoryShares.batches(options), this::blocksYield);
    shares = new MemoryShares(options, memory, batches);
    cache =
        new BlockCache(memory, shares.mostBlocks(), shares::blocks, adapts() ? shares.step() : 0);
    memtables = new MemtableBudget(memory, shares, batches, stores);
    tables = new TableBudget(memory, shares::tables, stores, environment.background());
    tuner =
        new MemoryTuner(
            shares.leastReserved(),
            shares.mostReserved(),
            Math.max(1, shares.step()),
            options.targetCacheHitRate(),
            options.compactionThreshold());
    before = MemoryWork.now(environment.clock().nanoTime(), cache, List.of());
  }

  /** Large batches are about to take memory that blocks may have. */
  private void blocksYield() {
    cache.trim();
  }

  MemtableBudget memtables() {
    return memtables;
  }

  BlockCache cache() {
    return cache;
  }

  TableBudget tables() {
    return tables;
  }

  /** Whether memory is to be moved, and there is any. */
  boolean adapts() {
    return options.adaptiveCache() && shares.step() > 0;
  }

  /** Who may have how much. */
  MemorySplit split() {
    CacheStats stats = cache.stats();
    return new MemorySplit(
        shares.memtables(),
        Math.min(shares.blocks(), shares.mostBlocks()),
        shares.tables(),
        moves.get(),
        stats.hits(),
        stats.misses());
  }

  /** Called regularly: what came in since the last block was read may have left the cache less. */
  void upkeep() {
    synchronized (this) {
      if (stopped) {
        return;
      }
      cache.trim();
      giveFreePagesBack(options.memoryLimit() / TRIM_SHARE);
    }
    memtables.flushed();
  }

  private void giveFreePagesBack(long least) {
    long freed = environment.memory().freed();
    if (freed - trimmedAt >= least) {
      trimmedAt = freed;
      NativeMemory.trim();
    }
  }

  /** Called every {@link #LOOK_MS}: moves memory if that is worth it. */
  void look() {
    move(decide());
    yieldTables();
  }

  /** Has idle tables give their memory to blocks, which have what nobody else has. */
  private synchronized void yieldTables() {
    if (!stopped) {
      tables.yieldToBlocks(
          tuner.blocksClaim(), tuner.reloadNanos(), environment.clock().nanoTime());
    }
  }

  private synchronized Decision decide() {
    MemoryWork now = MemoryWork.now(environment.clock().nanoTime(), cache, stores.get());
    if (stopped || now.nanoTime() <= before.nanoTime()) {
      return Decision.NONE;
    }
    Decision decision = tuner.look(now.since(before), shares.reserved());
    before = now;
    return decision;
  }

  /** Moves memory, unless what was moved before has not arrived. */
  void move(Decision decision) {
    if (!begin(decision)) {
      return;
    }
    if (decision.direction() == Direction.BLOCKS) {
      memtables.check();
    } else {
      // Who waited for room may have it now.
      memtables.flushed();
    }
    MemorySplit split = split();
    LOG.debug("memory moved to {}: {}; {}", decision.direction(), decision.reason(), split);
    environment.listener().memoryMoved(split, decision.reason());
  }

  private synchronized boolean begin(Decision decision) {
    if (stopped || !grant() || decision.steps() == 0) {
      return false;
    }
    long bytes = decision.steps() * shares.step();
    if (decision.direction() == Direction.BLOCKS) {
      shares.shrinkMemtables(bytes);
    } else {
      shares.reserveForMemtables(bytes);
      grant();
    }
    moves.incrementAndGet();
    return true;
  }

  /** Gives memtables what was reserved for them, once blocks have really left it. */
  private boolean grant() {
    if (shares.fullyGranted()) {
      return true;
    }
    cache.trim();
    giveFreePagesBack(shares.step());
    return shares.grant();
  }

  /** Moves nothing any more; waits for what is under way. */
  synchronized void stop() {
    stopped = true;
  }

  @Override
  public void close() {
    stop();
    cache.close();
  }
}
