package io.velocitydb.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes many times its memory limit stays below it, seen from outside: limit, what
 * the JVM takes by itself, and the largest heap. {@code -Dvelocity.memory.limit} and {@code
 * -Dvelocity.memory.data}, in MiB, do it larger.
 */
@EnabledIf("io.velocitydb.engine.process.MeasuredProcess#isPossible")
class MemoryLimitTest {
  private static final long LIMIT_MIB = Long.getLong("velocity.memory.limit", 32);
  private static final long DATA_MIB = Long.getLong("velocity.memory.data", 512);
  private static final long HEAP_MIB = 64;

  private static final long LOOK_EVERY_MS = 20;

  @TempDir Path directory;

  @Test
  void anonymousMemoryStaysBelowLimitAndJvmAndHeap() throws Exception {
    AtomicLong peak = new AtomicLong();
    long idle;
    long accounted;
    try (MeasuredProcess process =
        MeasuredProcess.start(
            "true",
            List.of(
                "-XX:+UseSerialGC",
                "-Xms8m",
                "-Xmx" + HEAP_MIB + "m",
                "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10"),
            MemoryLimitChild.class,
            List.of(directory.toString(), Long.toString(LIMIT_MIB), Long.toString(DATA_MIB)))) {
      process.await("idle");
      idle = process.anonymousBytes();
      Thread watcher =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    while (process.isAlive()) {
                      peak.accumulateAndGet(process.anonymousBytes(), Math::max);
                      try {
                        Thread.sleep(LOOK_EVERY_MS);
                      } catch (InterruptedException e) {
                        return;
                      }
                    }
                  });
      process.goOn();
      System.out.println("MemoryLimitTest: KiB by tag at the end:" + process.await("tags"));
      assertThat(process.awaitNumber("reads")).as("reads meanwhile").isGreaterThan(1_000);
      assertThat(process.awaitNumber("tables")).isGreaterThan((DATA_MIB << 20) / 2);
      accounted = process.awaitNumber("accounted");
      assertThat(process.awaitNumber("written")).isPositive();
      watcher.interrupt();
      watcher.join();
      process.await("end");
    }
    long bound = (LIMIT_MIB << 20) + idle + (HEAP_MIB << 20);
    System.out.printf(
        "MemoryLimitTest: limit %d MiB, data %d MiB: accounted %.1f MiB, resident %.1f of %.1f MiB"
            + " (JVM %.1f)%n",
        LIMIT_MIB,
        DATA_MIB,
        accounted / 0x1p20,
        peak.get() / 0x1p20,
        bound / 0x1p20,
        idle / 0x1p20);
    assertThat(accounted).as("accounted by tag").isLessThanOrEqualTo(LIMIT_MIB << 20);
    assertThat(peak.get()).as("resident, from outside").isLessThanOrEqualTo(bound);
  }
}
