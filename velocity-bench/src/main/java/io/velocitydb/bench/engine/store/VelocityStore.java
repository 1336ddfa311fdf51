package io.velocitydb.bench.engine.store;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Velocity's engine by its public API. */
final class VelocityStore implements StoreUnderTest {
  /** What a filter with 10 bits a key gives. */
  private static final double FALSE_POSITIVE_RATE = 0.0082;

  private static final int BLOCK_BYTES = 4096;

  private final StoreSettings settings;
  private final EngineOptions options;
  private final Engine engine;
  private final Database database;

  VelocityStore(StoreSettings settings) {
    this.settings = settings;
    options =
        EngineOptions.defaults()
            .withMemoryLimit(
                settings.cacheBytes() + settings.memtables() * settings.memtableBytes())
            .withDurability(settings.sync() ? Durability.ALWAYS : Durability.OS)
            .withMemtableBytes(settings.memtableBytes())
            .withBloomFalsePositiveRate(FALSE_POSITIVE_RATE)
            .withBlockBytes(BLOCK_BYTES);
    engine = Engine.open(settings.directory(), options);
    database = engine.openOrCreate("bench");
  }

  @Override
  public Session session() {
    return new VelocitySession(database, options.durability(), settings);
  }

  @Override
  public void flush() {
    database.flush();
  }

  @Override
  public void compact() {
    database.compact();
  }

  @Override
  public boolean busy() {
    return database.stats().immutableMemtables() > 0;
  }

  @Override
  public Path directory() {
    return settings.directory();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("memoryLimit", (options.memoryLimit() >> 20) + " MiB");
    shown.put("memtableBytes", (options.memtableBytes() >> 20) + " MiB");
    shown.put("durability", options.durability().name());
    shown.put("bloomFalsePositiveRate", Double.toString(options.bloomFalsePositiveRate()));
    shown.put(
        "compression",
        options.compression() ? "LZ4, in the last run Zstandard where it pays" : "none");
    shown.put("compactionThreshold", Integer.toString(options.compactionThreshold()));
    shown.put("blockBytes", Integer.toString(options.blockBytes()));
    shown.put("walSegmentBytes", (options.walSegmentBytes() >> 20) + " MiB");
    shown.put("reads", "Database.read with native key and sink");
    shown.put("writes", "one reused WriteBatch a thread, Database.submit, wait for the completion");
    shown.put("scans", "a new Cursor each");
    return shown;
  }

  @Override
  public void close() {
    engine.close();
  }
}
