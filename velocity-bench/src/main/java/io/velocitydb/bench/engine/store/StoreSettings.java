package io.velocitydb.bench.engine.store;

import java.nio.file.Path;

/**
 * What both stores are told alike.
 *
 * @param directory where the store lies; created where missing
 * @param valueBytes length of every value
 * @param sync whether a write has to be on stable storage before it is reported as done
 * @param cacheBytes memory for blocks, indexes and filters
 * @param memtableBytes size at which a memtable is flushed
 * @param memtables memtables that may exist at a time, those being flushed included
 * @param metadataInCache whether indexes and filters have to fit the cache too, instead of staying
 *     in memory beside it
 * @param seed of the values
 */
public record StoreSettings(
    Path directory,
    int valueBytes,
    boolean sync,
    long cacheBytes,
    long memtableBytes,
    int memtables,
    boolean metadataInCache,
    long seed) {
  /** The contract's: 1 GiB of cache, memtables of 64 MiB, no sync. */
  public static StoreSettings standard(Path directory, int valueBytes, long seed) {
    return new StoreSettings(directory, valueBytes, false, 1L << 30, 64L << 20, 4, false, seed);
  }

  /** The same with {@code sync} as given. */
  public StoreSettings withSync(boolean value) {
    return new StoreSettings(
        directory, valueBytes, value, cacheBytes, memtableBytes, memtables, metadataInCache, seed);
  }

  /** The same for another directory. */
  public StoreSettings withDirectory(Path value) {
    return new StoreSettings(
        value, valueBytes, sync, cacheBytes, memtableBytes, memtables, metadataInCache, seed);
  }

  /** The same with memtables of another size. */
  public StoreSettings withMemtableBytes(long value) {
    return new StoreSettings(
        directory, valueBytes, sync, cacheBytes, value, memtables, metadataInCache, seed);
  }

  /** For a process that must live with {@code bytes} altogether: a quarter of it for memtables. */
  public StoreSettings withMemory(long bytes) {
    return new StoreSettings(directory, valueBytes, sync, bytes * 3 / 4, bytes / 16, 4, true, seed);
  }
}
