package io.velocitydb.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The streams and surroundings of one command. Text is UTF-8 whatever the locale says, so that what
 * is exported on one machine is imported on another.
 *
 * @param in standard input
 * @param out standard output, buffered: {@link #flush()} before the process ends
 * @param err standard error, for everything that is not the answer
 * @param inIsTerminal whether somebody types
 * @param outIsTerminal whether somebody reads the answer
 * @param errIsTerminal whether somebody reads the messages
 * @param columns width of the terminal; 80 where there is none
 * @param environment variables
 * @param directory the working directory
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    int columns,
    Map<String, String> environment,
    Path directory) {

  private static final int DEFAULT_COLUMNS = 80;
  private static final int OUT_BUFFER_BYTES = 64 << 10;

  /** The property in which the launcher lists the streams that are terminals, as {@code 012}. */
  private static final String TERMINALS_PROPERTY = "velocity.terminals";

  private static final String COLUMNS_PROPERTY = "velocity.columns";

  /** The one of this process. */
  public static Console ofProcess() {
    String terminals =
        Optional.ofNullable(System.getProperty(TERMINALS_PROPERTY))
            .orElseGet(() -> javaSeesTerminal() ? "012" : "");
    return new Console(
        new FileInputStream(FileDescriptor.in),
        print(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), OUT_BUFFER_BYTES)),
        print(new FileOutputStream(FileDescriptor.err)),
        terminals.contains("0"),
        terminals.contains("1"),
        terminals.contains("2"),
        Optional.ofNullable(Integer.getInteger(COLUMNS_PROPERTY))
            .filter(columns -> columns > 20)
            .orElse(DEFAULT_COLUMNS),
        System.getenv(),
        Path.of(""));
  }

  /** A variable that is set and not empty. */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * Whether to use colour: on a terminal, unless <a href="https://no-color.org">NO_COLOR</a> is set
   * or the terminal is dumb.
   */
  public boolean colour() {
    return outIsTerminal
        && variable("NO_COLOR").isEmpty()
        && !"dumb".equals(environment.get("TERM"));
  }

  /** Whether somebody can be asked: types, and reads the question. */
  public boolean canAsk() {
    return inIsTerminal && errIsTerminal;
  }

  /**
   * Writes what is still in the buffer. Whether all could be written (a full disk, a closed pipe)
   * tells the answer.
   */
  public boolean flush() {
    err.flush();
    return !out.checkError();
  }

  @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
  private static boolean javaSeesTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  private static PrintStream print(OutputStream stream) {
    return new PrintStream(stream, false, StandardCharsets.UTF_8);
  }
}
