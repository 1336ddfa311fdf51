package io.velocitydb.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.engine.measure.Measurement;
import io.velocitydb.bench.engine.measure.Measuring;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Workload;
import io.velocitydb.bench.process.ChildJvm;
import io.velocitydb.bench.process.ChildJvm.StepFailedException;
import io.velocitydb.bench.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Starts the steps of a comparison, one at a time, each in a JVM of its own; the options of the JVM
 * are the same whichever store it works on. The folder of a step is deleted when it ended.
 */
final class ChildProcesses {
  private final ChildJvm child;
  private final Path work;
  private final boolean quick;
  private final long seed;
  private final List<String> jvmOptions;
  private int started;

  ChildProcesses(ChildJvm child, Path work, boolean quick, long seed, List<String> jvmOptions) {
    this.child = child;
    this.work = work;
    this.quick = quick;
    this.seed = seed;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** Options of every JVM. */
  static List<String> jvmOptions(boolean limited) {
    return ChildJvm.options(limited ? StepCommand.LIMITED_HEAP / 1024 + "k" : "512m");
  }

  /** Makes the store that a workload begins with. */
  void prepare(StepCommand.Step step, StoreKind store, Workload workload, Path prepared)
      throws StepFailedException, IOException {
    run(step, store, workload, prepared, Optional.empty());
  }

  /** Measures once. */
  Measurement measure(
      StoreKind store, Workload workload, Path prepared, Optional<MemoryGroup> limit)
      throws StepFailedException, IOException {
    return run(StepCommand.Step.MEASURE, store, workload, prepared, limit).orElseThrow();
  }

  private Optional<Measurement> run(
      StepCommand.Step step,
      StoreKind store,
      Workload workload,
      Path prepared,
      Optional<MemoryGroup> limit)
      throws StepFailedException, IOException {
    Path folder = Files.createDirectory(work.resolve("step-" + ++started));
    try {
      Path log = folder.resolve("output.log");
      Path result = folder.resolve("result.json");
      List<String> options = new ArrayList<>(jvmOptions(workload.limited()));
      if (step == StepCommand.Step.MEASURE) {
        String name = store.label() + "-" + workload.id() + "-" + started;
        jvmOptions.forEach(option -> options.add(option.replace("%s", name)));
      }
      // The native library is unpacked there, and goes with the folder.
      options.add("-Djava.io.tmpdir=" + folder);
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "engine-step",
                  "--step=" + step,
                  "--store=" + store,
                  "--workload=" + workload.id(),
                  "--seed=" + seed,
                  "--prepared=" + prepared,
                  "--work=" + folder,
                  "--result=" + result));
      if (quick) {
        arguments.add("--quick");
      }
      child.run(
          limit.map(MemoryGroup::enter).orElse(List.of()),
          options,
          arguments,
          log,
          Measuring.limit(quick ? Scale.quick() : Scale.full()),
          step + " of " + workload.id() + " on " + store.label());
      return step == StepCommand.Step.MEASURE
          ? Optional.of(new ObjectMapper().readValue(result.toFile(), Measurement.class))
          : Optional.empty();
    } finally {
      Folders.delete(folder);
    }
  }
}
