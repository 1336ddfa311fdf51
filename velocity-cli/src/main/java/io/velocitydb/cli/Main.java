package io.velocitydb.cli;

import io.velocitydb.cli.console.Console;
import picocli.CommandLine;

/** The entry point: runs one command and ends the process with its exit code. */
public final class Main {
  private Main() {}

  /** Runs the command line. */
  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    int exitCode = run(console, arguments);
    boolean written = console.flush();
    // What could not be written was not done, whatever the server did: "export > /full/disk" must
    // not look like success.
    Runtime.getRuntime().halt(written || exitCode != 0 ? exitCode : 1);
  }

  /** Runs the command line on this console and answers the exit code. */
  public static int run(Console console, String... arguments) {
    CommandLine line = VelocityCommand.line(console);
    return line.execute(arguments);
  }
}
