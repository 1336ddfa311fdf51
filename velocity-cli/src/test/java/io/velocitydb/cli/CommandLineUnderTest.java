package io.velocitydb.cli;

import io.velocitydb.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs the whole command line in this process, with streams and surroundings of its own. */
public final class CommandLineUnderTest {
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private byte[] input = new byte[0];
  private boolean terminal;

  /** In this working directory. */
  public CommandLineUnderTest(Path directory) {
    this.directory = directory;
  }

  /**
   * What a command said and how it ended.
   *
   * @param rawOut standard output, a character for each byte
   */
  public record Result(int exitCode, String rawOut, String err) {
    /** Standard output as text. */
    public String out() {
      return new String(outBytes(), StandardCharsets.UTF_8);
    }

    /** Standard output as it was. */
    public byte[] outBytes() {
      return rawOut.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** With this variable. */
  public CommandLineUnderTest variable(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** With this on standard input. */
  public CommandLineUnderTest input(byte[] bytes) {
    input = bytes.clone();
    return this;
  }

  /** As if somebody sat in front of it. */
  public CommandLineUnderTest onTerminal() {
    terminal = true;
    return this;
  }

  /** Runs it to its end. */
  public Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = console(out, err);
    int exitCode = Main.run(console, arguments);
    console.flush();
    return new Result(
        exitCode, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
  }

  /** A console that nobody listens to. */
  Console console() {
    return console(new ByteArrayOutputStream(), new ByteArrayOutputStream());
  }

  private Console console(ByteArrayOutputStream out, ByteArrayOutputStream err) {
    return new Console(
        new ByteArrayInputStream(input),
        new PrintStream(out, false, StandardCharsets.UTF_8),
        new PrintStream(err, false, StandardCharsets.UTF_8),
        terminal,
        terminal,
        terminal,
        80,
        environment,
        directory);
  }
}
