package io.velocitydb.engine.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.MemorySplit;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An engine moves memory to where it saves time, and never has more than its limit. */
class AdaptiveCacheTest {
  private static final long LIMIT = 8 << 20;
  private static final int VALUE_BYTES = 200;
  private static final int KEYS = 40_000;
  private static final EngineOptions OPTIONS =
      EngineOptions.defaults().withMemoryLimit(LIMIT).withCompression(false);

  /** An engine, simulated time, and what was told. */
  private static final class Run implements AutoCloseable {
    final FakeClock clock = new FakeClock(1_000_000);
    final StepBackground background = new StepBackground(1, clock);
    final NativeMemory memory = new NativeMemory();
    final List<String> told = new ArrayList<>();
    final Random random = new Random(3);
    final Engine engine;
    final Database database;
    long peak;
    int written;

    Run(EngineOptions options) {
      engine =
          Engine.open(
              Path.of("/data"),
              options,
              new EngineEnvironment(
                  new SimVfs(2),
                  clock,
                  memory,
                  background,
                  new EngineListener() {
                    @Override
                    public void memoryMoved(MemorySplit split, String reason) {
                      told.add(split + " " + reason);
                    }
                  }));
      database = engine.createDatabase("d");
    }

    static byte[] key(int i) {
      return "key%08d".formatted(i).getBytes(UTF_8);
    }

    MemorySplit split() {
      return engine.stats().memorySplit();
    }

    private void look() {
      peak = Math.max(peak, memory.allocated());
    }

    /** So many batches of 50 entries in each of so many seconds. */
    void write(int seconds, int batches) {
      for (int second = 0; second < seconds; second++) {
        for (int b = 0; b < batches; b++) {
          try (WriteBatch batch = database.newBatch()) {
            for (int i = 0; i < 50; i++) {
              byte[] value = new byte[VALUE_BYTES];
              random.nextBytes(value);
              batch.put(key(written++ % KEYS), value);
            }
            database.write(batch, Durability.OS);
          }
          look();
          background.steps(3);
          look();
        }
        tick();
      }
    }

    /** So many reads of the first so many keys in each of so many seconds. */
    void read(int seconds, int reads, int keys) {
      for (int second = 0; second < seconds; second++) {
        for (int i = 0; i < reads; i++) {
          assertThat(database.get(key(random.nextInt(keys)))).isPresent();
          look();
        }
        tick();
      }
    }

    void load() {
      write(4, KEYS / 200);
      database.compact();
      background.runAll();
    }

    private void tick() {
      clock.advance(1_000);
      background.runAll();
      look();
    }

    /** Misses of the cache in so many seconds of reading. */
    long misses(int seconds, int reads, int keys) {
      long before = split().cacheMisses();
      read(seconds, reads, keys);
      return split().cacheMisses() - before;
    }

    @Override
    public void close() {
      engine.close();
      for (MemoryTag tag : MemoryTag.values()) {
        assertThat(memory.allocated(tag)).as(tag.name()).isZero();
      }
      assertThat(peak).as("bytes at any moment").isLessThanOrEqualTo(LIMIT);
    }
  }

  @Test
  void memoryGoesToTheCacheWhileOnlyReadsWantItAndBackToMemtablesWhenWritesDo() {
    try (Run run = new Run(OPTIONS)) {
      MemorySplit begin = run.split();
      assertThat(begin.memtables()).isEqualTo(LIMIT / 8 * 3);
      run.load();
      run.read(40, 2_000, KEYS);
      MemorySplit reading = run.split();
      assertThat(reading.memtables()).isLessThan(begin.memtables() / 3);
      assertThat(reading.blocks()).isGreaterThan(begin.blocks() + LIMIT / 5);
      assertThat(reading.moves()).isPositive().isEqualTo(run.told.size());
      assertThat(run.told).allMatch(line -> line.contains("saves reads"));
      run.told.clear();
      run.write(40, 100);
      MemorySplit writing = run.split();
      assertThat(writing.memtables()).isEqualTo(begin.memtables());
      assertThat(run.told).isNotEmpty().allMatch(line -> line.contains("saves writes"));
    }
  }

  @Test
  void aWorkingSetThatExceedsTheFixedShareALittleIsReadFromMemory() {
    int keys = 27_000;
    long fixed;
    long adaptive;
    try (Run run = new Run(OPTIONS.withAdaptiveCache(false))) {
      run.load();
      run.read(60, 2_000, keys);
      fixed = run.misses(20, 2_000, keys);
      assertThat(run.split().moves()).isZero();
      assertThat(run.split().memtables()).isEqualTo(LIMIT / 8 * 3);
      assertThat(run.told).isEmpty();
    }
    try (Run run = new Run(OPTIONS)) {
      run.load();
      run.read(60, 2_000, keys);
      adaptive = run.misses(20, 2_000, keys);
    }
    System.out.printf(
        "AdaptiveCacheTest: misses of 40,000 reads: fixed %d, adaptive %d%n", fixed, adaptive);
    assertThat(fixed).isGreaterThan(2_000);
    assertThat(adaptive).isLessThan(fixed / 4);
  }

  @Test
  void whatFitsTheFixedShareIsLeftAsItIs() {
    try (Run run = new Run(OPTIONS)) {
      run.load();
      run.read(60, 2_000, 10_000);
      assertThat(run.split().moves()).isZero();
    }
  }

  /** Bytes of indexes and filters after another database was read, and then for a while or not. */
  private static long idleTables(Run run, int keys, int readsOfOther) {
    run.load();
    Database other = run.engine.createDatabase("other");
    for (int i = 0; i < 2 * KEYS; i++) {
      other.put(Run.key(i), new byte[1]);
    }
    other.compact();
    run.background.runAll();
    assertThat(other.get(Run.key(0))).isPresent();
    long loaded = tables(run);
    assertThat(loaded).isGreaterThan(100_000);
    for (int second = 0; second < 60; second++) {
      run.read(1, 2_000, keys);
      for (int i = 0; i < readsOfOther; i++) {
        assertThat(other.get(Run.key(run.random.nextInt(KEYS)))).isPresent();
      }
    }
    long left = tables(run);
    assertThat(other.get(Run.key(1))).as("it comes back").isPresent();
    return left - loaded;
  }

  private static long tables(Run run) {
    return run.memory.allocated(MemoryTag.INDEX) + run.memory.allocated(MemoryTag.FILTER);
  }

  @Test
  void indexesAndFiltersOfIdleTablesGiveWayToBlocksThatAreWanted() {
    try (Run run = new Run(OPTIONS)) {
      assertThat(idleTables(run, KEYS, 0)).isLessThan(-50_000);
    }
  }

  @Test
  void indexesAndFiltersStayWhileTheirTablesAreReadNowAndThen() {
    try (Run run = new Run(OPTIONS)) {
      assertThat(idleTables(run, KEYS, 1)).isZero();
    }
  }

  @Test
  void indexesAndFiltersOfIdleTablesStayWhileBlocksHaveAllTheyWant() {
    try (Run run = new Run(OPTIONS)) {
      assertThat(idleTables(run, 10_000, 0)).isZero();
    }
  }

  @Test
  void writesAloneAreLeftAsTheyAre() {
    try (Run run = new Run(OPTIONS)) {
      run.write(60, 40);
      assertThat(run.split().moves()).isZero();
    }
  }

  @Test
  void aMixThatStaysTheSameDoesNotSwing() {
    try (Run run = new Run(OPTIONS)) {
      run.load();
      for (int i = 0; i < 60; i++) {
        run.write(1, 10);
        run.read(1, 1_000, KEYS);
      }
      long settled = run.split().moves();
      for (int i = 0; i < 60; i++) {
        run.write(1, 10);
        run.read(1, 1_000, KEYS);
      }
      assertThat(run.split().moves() - settled).isLessThanOrEqualTo(3);
    }
  }
}
