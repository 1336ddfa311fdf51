package io.velocitydb.e2e.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of a program: its arguments, folder, environment and standard input. The environment
 * starts empty but for {@code PATH}, so that nothing of the machine's owner leaks into a test. A
 * value: each method answers a changed copy.
 */
public record Command(
    List<String> words,
    Path folder,
    Map<String, String> environment,
    String input,
    Duration deadline) {

  public Command {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /**
   * How a program ended: its exit code, and what it wrote to standard output and standard error.
   */
  public record Result(List<String> words, int exitCode, String out, String err) {

    /** This result, if the program ended with {@code 0}; else an error that shows all it wrote. */
    public Result mustSucceed() {
      return mustEndWith(0);
    }

    /**
     * This result, if the program ended with this exit code; else an error that shows all it wrote.
     */
    public Result mustEndWith(int expected) {
      if (exitCode != expected) {
        throw new AssertionError("expected exit code " + expected + ", was: " + this);
      }
      return this;
    }

    /** The lines of standard error that are not empty. */
    public List<String> errorLines() {
      return err.lines().filter(line -> !line.isBlank()).toList();
    }

    @Override
    public String toString() {
      return "%s%nexit code %d%nstandard output:%n%s%nstandard error:%n%s"
          .formatted(String.join(" ", words), exitCode, out, err);
    }
  }

  /** This program with these arguments, in {@code folder}, with a minute to end. */
  public static Command of(Path folder, List<String> words) {
    return new Command(
        words, folder, Map.of("PATH", System.getenv("PATH")), "", Duration.ofMinutes(1));
  }

  /** Where a program of this name is on the machine's {@code PATH}, if it is installed. */
  public static Optional<Path> find(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public Command with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Command(words, folder, more, input, deadline);
  }

  public Command withInput(String text) {
    return new Command(words, folder, environment, text, deadline);
  }

  public Command within(Duration longest) {
    return new Command(words, folder, environment, input, longest);
  }

  /**
   * Runs the program to its end; ends it with all its children, and fails, when the deadline
   * passes.
   */
  public Result run() {
    Path scratch = null;
    try {
      scratch = Files.createTempDirectory("velocity-command");
      Path in = Files.writeString(scratch.resolve("in"), input);
      Path out = scratch.resolve("out");
      Path err = scratch.resolve("err");
      Process process =
          processBuilder()
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        endWithChildren(process);
      }
      Result result =
          new Result(words, process.waitFor(), Files.readString(out), Files.readString(err));
      if (!ended) {
        throw new AssertionError("did not end within " + deadline + ": " + result);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while running " + words, e);
    } finally {
      deleteFiles(scratch);
    }
  }

  /** Starts the program and leaves it running; both outputs go to {@code log}, appended. */
  public Process start(File log) throws IOException {
    return processBuilder()
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private ProcessBuilder processBuilder() {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words)).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  private static void endWithChildren(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private static void deleteFiles(Path scratch) {
    if (scratch == null) {
      return;
    }
    try {
      for (String name : List.of("in", "out", "err")) {
        Files.deleteIfExists(scratch.resolve(name));
      }
      Files.deleteIfExists(scratch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
