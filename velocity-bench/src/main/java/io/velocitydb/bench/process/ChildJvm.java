package io.velocitydb.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps of a benchmark, each in a JVM of its own that has the class path of this one. One at a
 * time; {@link #kill} may come from any thread.
 */
public final class ChildJvm {
  private volatile @Nullable Process running;

  /** A step failed; the message holds all that its process said. */
  public static final class StepFailedException extends Exception {
    private static final long serialVersionUID = 1;

    StepFailedException(String message) {
      super(message);
    }
  }

  /** What the engine needs of any JVM, and a fixed heap. */
  public static List<String> options(String heap) {
    return List.of(
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:+UseParallelGC",
        "-Xms" + heap,
        "-Xmx" + heap);
  }

  /** The words that run a subcommand of the benchmarks in another JVM. */
  public static List<String> command(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("io.velocitydb.bench.Bench");
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs a hidden subcommand of the benchmarks and waits for it.
   *
   * @param before words before the JVM's command, which runs what follows it; mostly none
   * @param jvmOptions of the JVM
   * @param arguments the subcommand and its options
   * @param log a new file for what it says
   * @param what the step, as a failure is to name it
   */
  public void run(
      List<String> before,
      List<String> jvmOptions,
      List<String> arguments,
      Path log,
      Duration limit,
      String what)
      throws StepFailedException, IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(command(jvmOptions, arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    running = process;
    try {
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new StepFailedException(
            what
                + " did not end within "
                + limit.toSeconds()
                + " s; it said:\n"
                + Files.readString(log));
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
  public void kill() {
    Process process = running;
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }
}
