package io.velocitydb.bench.engine.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompactRangeOptions.BottommostLevelCompaction;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.FlushOptions;
import org.rocksdb.HyperClockCache;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** RocksDB by its Java API, set up as a careful user would for two cores and these sizes. */
final class RocksStore implements StoreUnderTest {
  private static final int BACKGROUND_JOBS = 2;
  private static final int BLOOM_BITS = 10;
  private static final int BLOCK_BYTES = 4096;
  private static final int RECYCLED_LOGS = 4;
  private static final double HASH_UTILISATION = 0.75;

  private static final String[] WORK = {
    "rocksdb.mem-table-flush-pending",
    "rocksdb.num-running-flushes",
    "rocksdb.compaction-pending",
    "rocksdb.num-running-compactions"
  };

  static {
    // Before the first object of its own, which the fields below are.
    RocksDB.loadLibrary();
  }

  private final StoreSettings settings;
  private final Cache cache;
  private final BloomFilter filter = new BloomFilter(BLOOM_BITS, false);
  private final Options options = new Options();
  private final RocksDB database;

  RocksStore(StoreSettings settings) {
    this.settings = settings;
    cache = new HyperClockCache(settings.cacheBytes(), 0, -1, false);
    boolean inCache = settings.metadataInCache();
    options
        .setCreateIfMissing(true)
        .setWriteBufferSize(settings.memtableBytes())
        .setMaxWriteBufferNumber(settings.memtables())
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setMaxBackgroundJobs(BACKGROUND_JOBS)
        .setRecycleLogFileNum(RECYCLED_LOGS)
        .setBytesPerSync(1 << 20)
        .setMaxOpenFiles(-1)
        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
        .setStatsDumpPeriodSec(0)
        .setStatsPersistPeriodSec(0)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(filter)
                .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                .setDataBlockHashTableUtilRatio(HASH_UTILISATION)
                .setCacheIndexAndFilterBlocks(inCache)
                .setCacheIndexAndFilterBlocksWithHighPriority(inCache)
                .setPinL0FilterAndIndexBlocksInCache(inCache)
                .setPinTopLevelIndexAndFilter(inCache));
    try {
      Files.createDirectories(settings.directory());
      database = RocksDB.open(options, settings.directory().toString());
    } catch (RocksDBException e) {
      throw failure(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** RocksDB's checked exception, unchecked: no measurement goes on after it. */
  static IllegalStateException failure(RocksDBException e) {
    return new IllegalStateException("RocksDB: " + e.getMessage(), e);
  }

  @Override
  public Session session() {
    return new RocksSession(database, settings);
  }

  @Override
  public void flush() {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      database.flush(flush);
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public void compact() {
    flush();
    try (CompactRangeOptions all =
        new CompactRangeOptions()
            .setBottommostLevelCompaction(BottommostLevelCompaction.kForceOptimized)) {
      database.compactRange(database.getDefaultColumnFamily(), null, null, all);
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public boolean busy() {
    try {
      for (String property : WORK) {
        if (database.getLongProperty(property) > 0) {
          return true;
        }
      }
      return false;
    } catch (RocksDBException e) {
      throw failure(e);
    }
  }

  @Override
  public Path directory() {
    return settings.directory();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("version", RocksDB.rocksdbVersion().toString());
    shown.put("write_buffer_size", (settings.memtableBytes() >> 20) + " MiB");
    shown.put("max_write_buffer_number", Integer.toString(settings.memtables()));
    shown.put("block_cache", "HyperClockCache, " + (settings.cacheBytes() >> 20) + " MiB");
    shown.put("filter_policy", "full Bloom filters, " + BLOOM_BITS + " bits a key");
    shown.put(
        "index and filters",
        settings.metadataInCache() ? "in the cache, level 0 pinned" : "resident beside the cache");
    shown.put("compression", "LZ4 on all levels");
    shown.put("block_size", Integer.toString(BLOCK_BYTES));
    shown.put("data_block_index_type", "binary and hash, " + HASH_UTILISATION);
    shown.put("recycle_log_file_num", Integer.toString(RECYCLED_LOGS));
    shown.put("max_background_jobs", Integer.toString(BACKGROUND_JOBS));
    shown.put("bytes_per_sync", "1 MiB");
    shown.put("WriteOptions.sync", Boolean.toString(settings.sync()));
    shown.put("reads", "get by direct buffers, reused ReadOptions");
    shown.put("writes", "put by direct buffers, reused WriteOptions");
    shown.put("scans", "one iterator a thread, refreshed before each");
    return shown;
  }

  @Override
  public void close() {
    try {
      database.closeE();
    } catch (RocksDBException e) {
      throw failure(e);
    } finally {
      options.close();
      filter.close();
      cache.close();
    }
  }
}
