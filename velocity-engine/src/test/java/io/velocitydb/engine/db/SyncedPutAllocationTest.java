package io.velocitydb.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import io.velocitydb.engine.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a put that waits for the disk allocates, on the caller's thread, which syncs as nobody else
 * does. JMH would not do: there are so few of them that its profiler would count what the timers of
 * the process allocate meanwhile. Puts without a sync: EngineAllocationTest of velocity-bench.
 */
class SyncedPutAllocationTest {
  private static final int ROUND = 500;
  private static final int MOST_ROUNDS = 60;
  private static final int LEAST_ROUNDS = 5;

  /** The put itself, and what Java's linker may make for each of its two system calls. */
  private static final long MOST_BYTES_PER_PUT = 16 + 2 * 40;

  private static final int VALUE_BYTES = 100;

  @TempDir Path directory;

  @Test
  void aSyncedPutAllocatesNextToNothing() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    try (Engine engine = Engine.open(directory, EngineOptions.defaults());
        Arena arena = Arena.ofConfined()) {
      Database database = engine.createDatabase("synced");
      long key = arena.allocate(Long.BYTES).address();
      long value = arena.allocate(VALUE_BYTES).address();
      long version = 0;
      for (int round = 0;
          round < LEAST_ROUNDS || (round < MOST_ROUNDS && least > ROUND * MOST_BYTES_PER_PUT);
          round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUND; i++) {
          Memory.putLong(key, i);
          version = database.put(key, Long.BYTES, value, VALUE_BYTES, Durability.ALWAYS);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(version).isGreaterThanOrEqualTo((long) LEAST_ROUNDS * ROUND);
    }
    assertThat(least / ROUND).as("bytes a put").isLessThanOrEqualTo(MOST_BYTES_PER_PUT);
  }
}
