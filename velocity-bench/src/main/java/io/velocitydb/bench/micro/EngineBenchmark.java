package io.velocitydb.bench.micro;

import io.velocitydb.bench.engine.store.KeyBuffer;
import io.velocitydb.bench.process.Folders;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EntrySink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Point reads and writes of an embedded engine, 16-byte keys, 100-byte values, one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark {
  private static final int KEYS = 100_000;
  private static final int HOT_KEYS = 1_000;
  private static final int VALUE_BYTES = 100;

  /** Odd, so that it meets every key in turn, far from the one before. */
  private static final int STRIDE = 61_803;

  private final KeyBuffer key = new KeyBuffer();
  private final EntrySink sink = this::see;
  private Path directory = Path.of("");
  private List<AutoCloseable> open = List.of();
  private Database inMemory = unset();
  private Database inTables = unset();
  private Database written = unset();
  private long value;
  private long next;
  private long seen;

  @SuppressWarnings("NullAway")
  private static Database unset() {
    return null;
  }

  /** Opens one directory with a database for each place that an entry may be found in. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("velocity-micro");
    EngineOptions options =
        EngineOptions.defaults().withMemoryLimit(512L << 20).withDurability(Durability.OS);
    Engine engine = Engine.open(directory, options);
    Arena arena = Arena.ofShared();
    open = List.of(engine, arena);
    value = arena.allocate(VALUE_BYTES).address();
    inMemory = engine.createDatabase("memory");
    inTables = engine.createDatabase("tables");
    written = engine.createDatabase("written");
    for (Database database : List.of(inMemory, inTables)) {
      for (int i = 0; i < KEYS; i++) {
        key.set(i, false);
        database.put(key.address(), KeyBuffer.BYTES, value, VALUE_BYTES, Durability.OS);
      }
    }
    inTables.compact();
    for (int i = 0; i < KEYS; i++) {
      // So that every block is in the cache.
      get(inTables, i, false);
    }
  }

  /** Closes and removes it. */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    Folders.delete(directory);
  }

  private void see(long address, int length, byte encoding, long version, long expiresAtMs) {
    seen += length + version;
  }

  private long get(Database database, long number, boolean missing) {
    key.set(number, missing);
    database.read(key.address(), KeyBuffer.BYTES, true, sink);
    return seen;
  }

  private long nextKey() {
    next = (next + STRIDE) % KEYS;
    return next;
  }

  /** A key that is in the memtable. */
  @Benchmark
  public long getFromMemtable() {
    return get(inMemory, nextKey(), false);
  }

  /** A key whose block is in the cache. */
  @Benchmark
  public long getFromCache() {
    return get(inTables, nextKey(), false);
  }

  /** One of a few keys that are read all the time, so that it has a row. */
  @Benchmark
  public long getHot() {
    return get(inTables, nextKey() % HOT_KEYS, false);
  }

  /** A key that is nowhere. */
  @Benchmark
  public long getMissing() {
    return get(inTables, nextKey(), true);
  }

  /** A write that needs no sync. */
  @Benchmark
  public long put() {
    key.set(nextKey(), false);
    return written.put(key.address(), KeyBuffer.BYTES, value, VALUE_BYTES, Durability.OS);
  }
}
