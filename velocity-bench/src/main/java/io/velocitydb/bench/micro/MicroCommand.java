package io.velocitydb.bench.micro;

import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the JMH benchmarks with the gc profiler. */
@Command(
    name = "micro",
    description =
        "Single calls of the engine under JMH: nanoseconds and allocated bytes an operation.",
    mixinStandardHelpOptions = true)
public final class MicroCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      defaultValue = "EngineBenchmark",
      description = "regular expression for the names of benchmarks; default: all")
  private String pattern = "EngineBenchmark";

  @Override
  public Integer call() throws RunnerException {
    new Runner(options(pattern, 5, 2_000).build()).run();
    return 0;
  }

  /**
   * One fork with this JVM's flags, and the gc profiler.
   *
   * @param iterations to measure, after as many for warming up
   * @param millis length of each
   */
  static OptionsBuilder options(String pattern, int iterations, long millis) {
    OptionsBuilder options = new OptionsBuilder();
    options
        .include(pattern)
        .addProfiler(GCProfiler.class)
        .forks(1)
        .warmupIterations(iterations)
        .warmupTime(TimeValue.milliseconds(millis))
        .measurementIterations(iterations)
        .measurementTime(TimeValue.milliseconds(millis))
        .shouldFailOnError(true);
    return options;
  }
}
