package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.cache.BlockCache;
import io.velocitydb.engine.vfs.FilePool;
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
 * @param cache of the engine, for data blocks
 * @param tableBudget of what all tables of the engine keep in memory
 * @param files of the engine, for tables
 */
record StoreSetup(
    String name,
    long id,
    Path directory,
    EngineOptions options,
    EngineEnvironment environment,
    EngineTime time,
    DiskReserve disk,
    MemtableBudget budget,
    BlockCache cache,
    TableBudget tableBudget,
    FilePool files) {

  /** Bytes at which a memtable is flushed. */
  long memtableBytes() {
    return budget.memtableBytes();
  }

  /** File of large values. */
  Path blobPath(long number) {
    return DataFiles.BLOBS.path(directory, number);
  }

  /** File of a table. */
  Path tablePath(long number) {
    return DataFiles.TABLES.path(directory, number);
  }
}
