package io.velocitydb.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A thousand databases in one directory, seen from outside. */
@EnabledIf("io.velocitydb.engine.process.MeasuredProcess#isPossible")
class ManyDatabasesTest {
  private static final int DATABASES = 1_000;
  private static final long OPEN_MS = 2_000;
  private static final long BYTES_EACH = 200 * 1024;

  @TempDir Path directory;

  private static void demand(String when, long bytes) {
    long each = bytes / DATABASES;
    System.out.println("ManyDatabasesTest: " + when + ": " + each / 1024.0 + " KiB each");
    assertThat(each).as("bytes of a database, " + when).isLessThan(BYTES_EACH);
  }

  @Test
  void aThousandOpenInTwoSecondsAndCostLittleWhenIdle() throws Exception {
    try (MeasuredProcess process =
        MeasuredProcess.start(
            "true",
            List.of(
                "-XX:+UseSerialGC",
                "-Xms16m",
                "-Xmx256m",
                "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10"),
            ManyDatabasesChild.class,
            List.of(directory.toString(), Integer.toString(DATABASES)))) {
      long nativeBefore = process.awaitNumber("native");
      process.await("idle");
      long before = process.anonymousBytes();
      long threads = process.threads();
      process.goOn();

      long openMs = process.awaitNumber("opened");
      System.out.println("ManyDatabasesTest: opened in " + openMs + " ms");
      assertThat(openMs).isLessThan(OPEN_MS);
      long nativeUntouched = process.awaitNumber("native");
      process.await("untouched");
      demand("opened, by tag", nativeUntouched - nativeBefore);
      demand("opened, from outside", process.anonymousBytes() - before);
      process.goOn();

      process.awaitNumber("native");
      process.await("used");
      process.goOn();

      long nativeRested = process.awaitNumber("native");
      process.await("rested");
      demand("used and at rest, by tag", nativeRested - nativeBefore);
      demand("used and at rest, from outside", process.anonymousBytes() - before);
      assertThat(process.threads()).as("no thread of their own").isLessThan(threads + 40);
      process.goOn();
    }
  }
}
