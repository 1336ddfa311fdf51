package io.velocitydb.bench.micro;

import io.velocitydb.bench.engine.store.KeyBuffer;
import io.velocitydb.bench.process.Folders;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.MultiReadSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reads of several keys by one call, and by one call each: nanoseconds for all of them. 16-byte
 * keys, 100-byte values, everything in memory, one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MultiReadBenchmark {
  private static final int VALUE_BYTES = 100;

  /** A prime, so that it meets every key in turn, far from the one before. */
  private static final int STRIDE = 61_819;

  /** Entries in the database: such that the processor's caches hold them, or do not. */
  @Param({"100000", "5000000"})
  public int entries;

  /** Keys of one read. */
  @Param({"1", "16", "64"})
  public int keys;

  private final KeyBuffer key = new KeyBuffer();
  private final List<KeyBuffer> asked = new ArrayList<>();
  private final EntrySink sink = this::see;
  private final MultiReadSink multiSink = new Seeing();
  private Path directory = Path.of("");
  private List<AutoCloseable> open = List.of();
  private Database inMemory = unset();
  private Database inTables = unset();
  private long[] addresses = {};
  private int[] lengths = {};
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
    // Of the limit a memtable is a sixteenth: in memory are at most 300,000 entries.
    EngineOptions options =
        EngineOptions.defaults().withMemoryLimit(2L << 30).withDurability(Durability.OS);
    Engine engine = Engine.open(directory, options);
    Arena arena = Arena.ofShared();
    open = List.of(engine, arena);
    long value = arena.allocate(VALUE_BYTES).address();
    addresses = new long[keys];
    lengths = new int[keys];
    for (int i = 0; i < keys; i++) {
      KeyBuffer each = new KeyBuffer();
      asked.add(each);
      addresses[i] = each.address();
      lengths[i] = KeyBuffer.BYTES;
    }
    inMemory = engine.createDatabase("memory");
    inTables = engine.createDatabase("tables");
    for (Database database : List.of(inMemory, inTables)) {
      for (int i = 0; i < entries(database); i++) {
        key.set(i, false);
        database.put(key.address(), KeyBuffer.BYTES, value, VALUE_BYTES, Durability.OS);
      }
    }
    inTables.compact();
    for (int i = 0; i < entries; i++) {
      // So that every block is in the cache.
      key.set(i, false);
      inTables.read(key.address(), KeyBuffer.BYTES, true, sink);
    }
  }

  private int entries(Database database) {
    return database.equals(inMemory) ? Math.min(entries, 300_000) : entries;
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

  private final class Seeing implements MultiReadSink {
    @Override
    public void found(
        int index, long address, int length, byte encoding, long version, long expiresAtMs) {
      see(address, length, encoding, version, expiresAtMs);
    }

    @Override
    public void missing(int index) {
      seen++;
    }
  }

  private void chooseKeys(Database database, boolean missing) {
    for (int i = 0; i < keys; i++) {
      next = (next + STRIDE) % entries(database);
      asked.get(i).set(next, missing);
    }
  }

  private long gets(Database database, boolean missing) {
    chooseKeys(database, missing);
    for (int i = 0; i < keys; i++) {
      database.read(addresses[i], lengths[i], true, sink);
    }
    return seen;
  }

  private long multiGet(Database database, boolean missing) {
    chooseKeys(database, missing);
    database.multiRead(addresses, lengths, keys, true, multiSink);
    return seen;
  }

  /** One by one, in the memtable. */
  @Benchmark
  public long getsFromMemtable() {
    return gets(inMemory, false);
  }

  /** Together, in the memtable. */
  @Benchmark
  public long multiGetFromMemtable() {
    return multiGet(inMemory, false);
  }

  /** One by one, in cached blocks. */
  @Benchmark
  public long getsFromCache() {
    return gets(inTables, false);
  }

  /** Together, in cached blocks. */
  @Benchmark
  public long multiGetFromCache() {
    return multiGet(inTables, false);
  }

  /** One by one, keys that are nowhere. */
  @Benchmark
  public long getsMissing() {
    return gets(inTables, true);
  }

  /** Together, keys that are nowhere. */
  @Benchmark
  public long multiGetMissing() {
    return multiGet(inTables, true);
  }
}
