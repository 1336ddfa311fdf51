package io.velocitydb.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What the engine promises about the heap, by JMH's gc profiler. */
class EngineAllocationTest {
  /**
   * An object has at least 16 bytes, so less than one means that reads made none. The profiler
   * counts all threads: a fraction is the engine's timers and its own bookkeeping.
   */
  private static final double NOTHING = 1;

  private static final double MOST_BYTES_PER_PUT = 16;

  @Test
  void readsAllocateNothingAndWritesNextToNothing() throws RunnerException {
    Map<String, Double> bytes = bytesPerOperation(options("EngineBenchmark"));
    assertThat(bytes)
        .containsOnlyKeys("getFromMemtable", "getFromCache", "getHot", "getMissing", "put");
    assertThat(bytes.remove("put")).as("bytes a put").isLessThanOrEqualTo(MOST_BYTES_PER_PUT);
    assertThat(bytes).allSatisfy((name, each) -> assertThat(each).as(name).isLessThan(NOTHING));
  }

  @Test
  void readsOfSeveralKeysAllocateNothing() throws RunnerException {
    Map<String, Double> bytes =
        bytesPerOperation(
            options("MultiReadBenchmark.multiGet").param("entries", "100000").param("keys", "64"));
    assertThat(bytes)
        .containsOnlyKeys("multiGetFromMemtable", "multiGetFromCache", "multiGetMissing");
    assertThat(bytes)
        .allSatisfy(
            (name, each) -> assertThat(each / 64).as(name + ", a key").isLessThan(NOTHING / 2));
  }

  private static ChainedOptionsBuilder options(String pattern) {
    return MicroCommand.options(pattern, 2, 1_000).verbosity(VerboseMode.SILENT);
  }

  private static Map<String, Double> bytesPerOperation(ChainedOptionsBuilder options)
      throws RunnerException {
    Collection<RunResult> results = new Runner(options.build()).run();
    return results.stream()
        .collect(
            Collectors.toMap(
                result -> result.getPrimaryResult().getLabel(),
                result -> result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()));
  }
}
