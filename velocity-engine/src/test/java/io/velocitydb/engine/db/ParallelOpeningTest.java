package io.velocitydb.engine.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.background.ThreadedBackground;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Databases are opened side by side. */
class ParallelOpeningTest {
  private final ThreadedBackground background = new ThreadedBackground();

  @AfterEach
  void close() {
    background.close();
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @Test
  void severalAreOpenedAtATime() {
    CountDownLatch inside = new CountDownLatch(ParallelOpening.WORKERS);
    ParallelOpening<Boolean> opening =
        new ParallelOpening<>(
            background,
            names(ParallelOpening.WORKERS),
            name -> {
              inside.countDown();
              try {
                return inside.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            });
    assertThat(opening.run().values()).hasSize(ParallelOpening.WORKERS).containsOnly(true);
    assertThat(opening.failure()).isNull();
  }

  @Test
  void allAreOpenedHoweverMany() {
    ParallelOpening<String> opening =
        new ParallelOpening<>(background, names(1_000), name -> "db" + name);
    Map<String, String> opened = opening.run();
    assertThat(opened).hasSize(1_000).containsEntry("17", "db17");
    assertThat(new ParallelOpening<>(background, List.of(), name -> name).run()).isEmpty();
  }

  @Test
  void afterAFailureNoneIsBegunAndThoseThatWereOpenedAreTold() {
    ParallelOpening<String> opening =
        new ParallelOpening<>(
            background,
            names(10_000),
            name -> {
              if (name.equals("50")) {
                throw new IOException("no " + name);
              }
              return name;
            });
    Map<String, String> opened = opening.run();
    assertThat(opening.failure()).isInstanceOf(IOException.class).hasMessage("no 50");
    assertThat(opened).containsKey("0").doesNotContainKey("50").hasSizeLessThan(10_000);
  }
}
