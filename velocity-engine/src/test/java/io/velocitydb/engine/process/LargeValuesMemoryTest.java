package io.velocitydb.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four threads that write large values at the same time. {@code -Dvelocity.large.limit} in MiB,
 * {@code -Dvelocity.large.bytes} of a value and {@code -Dvelocity.large.count} do it otherwise.
 */
@EnabledIf("io.velocitydb.engine.process.MeasuredProcess#isPossible")
class LargeValuesMemoryTest {
  private static final long LIMIT_MIB = Long.getLong("velocity.large.limit", 64);
  private static final int BYTES = Integer.getInteger("velocity.large.bytes", 16 << 20);
  private static final int COUNT = Integer.getInteger("velocity.large.count", 16);

  @TempDir Path directory;

  @Test
  void memoryStaysBelowTheLimitWhileLargeValuesQueue() throws Exception {
    try (MeasuredProcess process =
        MeasuredProcess.start(
            "true",
            List.of("-XX:+UseSerialGC", "-Xmx64m"),
            LargeValuesChild.class,
            List.of(directory.toString(), "" + LIMIT_MIB, "" + BYTES, "" + COUNT))) {
      process.await("idle");
      process.goOn();
      long cached = process.awaitNumber("cached");
      long ms = process.awaitNumber("ms");
      String peaks = process.await("peaks");
      long accounted = process.awaitNumber("accounted");
      long log = process.awaitNumber("log");
      long blobs = process.awaitNumber("blobs");
      long user = (long) COUNT * BYTES;
      System.out.printf(
          "LargeValuesMemoryTest: %d values of %d KiB, limit %d MiB: %.1f MiB accounted at most,"
              + " %.2f bytes written per byte (log %.2f, blob files %.2f), %.0f MiB/s, %s"
              + " overloaded, KiB by tag at most %s%n",
          COUNT,
          BYTES >> 10,
          LIMIT_MIB,
          accounted / 0x1p20,
          (double) (log + blobs) / user,
          (double) log / user,
          (double) blobs / user,
          user / 0x1p20 / ms * 1000,
          process.await("overloaded"),
          peaks);
      process.await("end");
      assertThat(cached << 10).as("cache before").isGreaterThan((LIMIT_MIB << 20) / 3);
      assertThat(blobs).isGreaterThanOrEqualTo(user);
      assertThat(accounted).isLessThanOrEqualTo(LIMIT_MIB << 20);
    }
  }
}
