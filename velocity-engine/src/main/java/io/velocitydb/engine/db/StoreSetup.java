package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineOptions;
import java.nio.file.Path;

/**
 * What one database is made of.
 *
 * @param name its name
 * @param id its number in the catalogue, which its log carries
 * @param directory its files
 * @param options of the engine
 * @param environment of the engine
 * @param time the engine's time
 * @param disk the engine's reserve
 * @param budget of all memtables of the engine
 */
record StoreSetup(
    String name,
    long id,
    Path directory,
    EngineOptions options,
    EngineEnvironment environment,
    EngineTime time,
    DiskReserve disk,
    MemtableBudget budget) {
  private static final long LEAST_MEMTABLE = 64 * 1024;
  private static final long MOST_MEMTABLE = 64L << 20;

  /** Bytes at which a memtable is flushed. */
  long memtableBytes() {
    return options.memtableBytes() > 0
        ? options.memtableBytes()
        : Math.clamp(options.memoryLimit() / 16, LEAST_MEMTABLE, MOST_MEMTABLE);
  }

  /** File of a table. */
  Path tablePath(long number) {
    return TableFiles.path(directory, number);
  }
}
