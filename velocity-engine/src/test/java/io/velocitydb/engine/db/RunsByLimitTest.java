package io.velocitydb.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.faults.SimVfs;
import io.velocitydb.engine.faults.StepBackground;
import io.velocitydb.engine.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** At most four runs while the data fits the memory limit, eight beyond; and what that costs. */
class RunsByLimitTest {
  private static final int ENTRY_BYTES = 116;
  private static final int OVERWRITES = 6;

  /**
   * @param memoryLimit of the engine
   * @param keys that are overwritten at random, {@link #OVERWRITES} times each
   * @param most runs
   * @param amplification bytes that flushes and merges write for each byte of entries, at most
   */
  @ParameterizedTest
  @CsvSource({"67108864, 20000, 4, 3.5", "1048576, 50000, 8, 4.5"})
  void overwritesLeaveFewRuns(long memoryLimit, int keys, int most, double amplification) {
    FakeClock clock = new FakeClock(1_700_000_000_000L);
    StepBackground background = new StepBackground(3, clock);
    NativeMemory memory = new NativeMemory();
    EngineOptions options =
        EngineOptions.defaults()
            .withMemoryLimit(memoryLimit)
            .withDurability(Durability.OS)
            .withMemtableBytes(256 << 10)
            .withTableFileBytes(256 << 10)
            .withWalSegmentBytes(1 << 20);
    Random random = new Random(7);
    byte[] value = new byte[100];
    try (Engine engine =
        Engine.open(
            Path.of("/data"),
            options,
            new EngineEnvironment(new SimVfs(1), clock, memory, background, EngineListener.NONE))) {
      Database database = engine.openOrCreate("a");
      int mostSeen = 0;
      long flushes = 0;
      try (WriteBatch batch = database.newBatch()) {
        for (int i = 0; i < OVERWRITES * keys; i += 100) {
          for (int j = 0; j < 100; j++) {
            random.nextBytes(value);
            batch.put(key(random.nextInt(keys)), value);
          }
          database.write(batch, Durability.OS);
          batch.clear();
          background.runAll();
          DatabaseStats stats = database.stats();
          mostSeen = Math.max(mostSeen, stats.runs());
          flushes = stats.flushes();
        }
      }
      long flushed = (long) OVERWRITES * keys * ENTRY_BYTES;
      double written = 1 + (double) database.stats().compactionBytesWritten() / flushed;
      System.out.printf(
          "limit %d, %d keys: %d flushes, at most %d runs, write amplification %.2f%n",
          memoryLimit, keys, flushes, mostSeen, written);
      assertThat(flushes).isGreaterThan(20);
      assertThat(mostSeen).isLessThanOrEqualTo(most);
      assertThat(written).isLessThan(amplification);
    }
    assertThat(memory.allocated()).isZero();
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(16).putInt(12, i).array();
  }
}
