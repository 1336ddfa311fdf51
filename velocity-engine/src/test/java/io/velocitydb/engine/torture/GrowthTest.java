package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.faults.FailingVfs.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The cost of a read must not follow the amount of data. */
class GrowthTest {
  private static final int FIRST = 2_000;
  private static final int DOUBLINGS = 6;
  private static final int GETS = 300;

  private static byte[] key(int n) {
    return "key%08d".formatted(n).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void eachDoublingAddsAtMostAConstantToRunsAndBlockReads() {
    Machine machine = new Machine(1);
    EngineOptions options =
        EngineOptions.defaults()
            .withMemoryLimit(1 << 20)
            .withDurability(Durability.OS)
            .withMemtableBytes(32 << 10)
            .withBlockBytes(1024)
            .withWalSegmentBytes(256 << 10);
    Random random = new Random(1);
    try (Engine engine = machine.open(options)) {
      Database database = engine.createDatabase("a");
      int size = 0;
      int runsBefore = Integer.MAX_VALUE;
      double readsBefore = Double.MAX_VALUE;
      StringBuilder table = new StringBuilder();
      for (int doubling = 0; doubling <= DOUBLINGS; doubling++) {
        int target = FIRST << doubling;
        try (WriteBatch batch = database.newBatch()) {
          while (size < target) {
            for (int i = 0; i < 100; i++, size++) {
              byte[] value = new byte[40 + random.nextInt(40)];
              random.nextBytes(value);
              batch.put(key(Integer.reverse(size) >>> 8), value);
            }
            database.write(batch, Durability.OS);
            batch.clear();
            machine.background.steps(20);
          }
        }
        machine.background.runAll();
        long before = machine.failing.count(Operation.READ);
        for (int i = 0; i < GETS; i++) {
          assertThat(database.get(key(Integer.reverse(random.nextInt(size)) >>> 8))).isPresent();
        }
        double reads = (machine.failing.count(Operation.READ) - before) / (double) GETS;
        int runs = database.stats().runs();
        table.append("%8d entries: %d runs, %.2f reads per get%n".formatted(size, runs, reads));
        if (doubling > 0) {
          assertThat(runs).as("runs%n%s", table).isLessThanOrEqualTo(runsBefore + 4);
          boolean fits = database.stats().tableBytes() <= options.memoryLimit();
          assertThat(runs).as("runs%n%s", table).isLessThanOrEqualTo(fits ? 4 : 8);
          // One doubling is the one with which indexes find no room any more: a read needs a block
          // of the index, too, then.
          assertThat(reads).as("reads%n%s", table).isLessThanOrEqualTo(readsBefore + 1);
        }
        runsBefore = runs;
        readsBefore = reads;
      }
      assertThat(database.stats().tableBytes()).isGreaterThan(2 * options.memoryLimit());
      assertThat(readsBefore).as("reads at last%n%s", table).isLessThanOrEqualTo(3);
      System.out.print(table);
    }
    machine.demandNothingLeft();
  }
}
