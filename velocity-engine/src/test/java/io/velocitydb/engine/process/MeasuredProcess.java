package io.velocitydb.engine.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java process that reports in lines, goes on when it is told to, and is looked at from outside
 * meanwhile. On Linux.
 */
final class MeasuredProcess implements AutoCloseable {
  private static final int SECONDS_TO_END = 60;

  private final Process process;
  private final BufferedReader lines;

  private MeasuredProcess(Process process) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Whether memory can be read from outside here. */
  static boolean isPossible() {
    return Files.isReadable(Path.of("/proc/self/status"));
  }

  /**
   * Starts a class of the tests.
   *
   * @param prefix a shell command to be run before, such as {@code ulimit -n 64}
   * @param flags of the JVM
   */
  static MeasuredProcess start(
      String prefix, List<String> flags, Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("sh");
    command.add("-c");
    command.add(prefix + "; exec \"$0\" \"$@\"");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(arguments);
    return new MeasuredProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The next line that begins with a word, without it; others before it are passed over. */
  String await(String word) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(word + " ")) {
        return line.substring(word.length() + 1);
      }
      if (line.equals(word)) {
        return "";
      }
    }
    throw new IOException("the process ended before it said " + word);
  }

  /** The same, as a number. */
  long awaitNumber(String word) throws IOException {
    return Long.parseLong(await(word));
  }

  /** Lets it go on from where it waits. */
  void goOn() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** A figure of {@code /proc/PID/status} in bytes. */
  private long status(String name) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith(name + ":")) {
          String[] words = line.split("\\s+", -1);
          long number = Long.parseLong(words[1]);
          return words.length > 2 && words[2].equals("kB") ? number * 1024 : number;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("no " + name + " of process " + process.pid());
  }

  /** Anonymous memory that is resident, in bytes. */
  long anonymousBytes() {
    return status("RssAnon");
  }

  long threads() {
    return status("Threads");
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the process does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    lines.close();
    if (process.exitValue() != 0) {
      throw new IOException("the process ended with " + process.exitValue());
    }
  }
}
