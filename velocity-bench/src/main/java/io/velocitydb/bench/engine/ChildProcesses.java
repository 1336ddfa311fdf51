package io.velocitydb.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.velocitydb.bench.engine.measure.Folders;
import io.velocitydb.bench.engine.measure.Measurement;
import io.velocitydb.bench.engine.measure.Measuring;
import io.velocitydb.bench.engine.store.StoreKind;
import io.velocitydb.bench.engine.workload.Scale;
import io.velocitydb.bench.engine.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts the steps of a comparison, one at a time, each in a JVM of its own; the options of the JVM
 * are the same whichever store it works on. The folder of a step is deleted when it ended.
 */
final class ChildProcesses {
  private final Path work;
  private final boolean quick;
  private final long seed;
  private final List<String> jvmOptions;
  private volatile @Nullable Process running;
  private int started;

  ChildProcesses(Path work, boolean quick, long seed, List<String> jvmOptions) {
    this.work = work;
    this.quick = quick;
    this.seed = seed;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** A step failed; the message holds all that its process said. */
  static final class StepFailedException extends Exception {
    private static final long serialVersionUID = 1;

    StepFailedException(String message) {
      super(message);
    }
  }

  /** Options of every JVM. */
  static List<String> jvmOptions(boolean limited) {
    String heap = limited ? StepCommand.LIMITED_HEAP / 1024 + "k" : "512m";
    return List.of(
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseParallelGC",
        "-Xms" + heap,
        "-Xmx" + heap);
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
      List<String> command = new ArrayList<>();
      limit.ifPresent(group -> command.addAll(group.enter()));
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions(workload.limited()));
      if (step == StepCommand.Step.MEASURE) {
        String name = store.label() + "-" + workload.id() + "-" + started;
        jvmOptions.forEach(option -> command.add(option.replace("%s", name)));
      }
      command.addAll(
          List.of(
              // The native library is unpacked there, and goes with the folder.
              "-Djava.io.tmpdir=" + folder,
              "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
              "-cp",
              System.getProperty("java.class.path"),
              "io.velocitydb.bench.Bench",
              "engine-step",
              "--step=" + step,
              "--store=" + store,
              "--workload=" + workload.id(),
              "--seed=" + seed,
              "--prepared=" + prepared,
              "--work=" + folder,
              "--result=" + result));
      if (quick) {
        command.add("--quick");
      }
      await(command, log, step + " of " + workload.id() + " on " + store.label());
      return step == StepCommand.Step.MEASURE
          ? Optional.of(new ObjectMapper().readValue(result.toFile(), Measurement.class))
          : Optional.empty();
    } finally {
      Folders.delete(folder);
    }
  }

  private void await(List<String> command, Path log, String what)
      throws StepFailedException, IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    running = process;
    try {
      long seconds = Measuring.limit(quick ? Scale.quick() : Scale.full()).toSeconds();
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new StepFailedException(
            what + " did not end within " + seconds + " s; it said:\n" + Files.readString(log));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new StepFailedException(what + " was interrupted");
    } finally {
      running = null;
    }
    if (process.exitValue() != 0) {
      throw new StepFailedException(
          what + " ended with " + process.exitValue() + "; it said:\n" + Files.readString(log));
    }
  }

  /** Ends what runs, at once. */
  void kill() {
    Process process = running;
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }
}
