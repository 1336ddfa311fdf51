package io.velocitydb.cli.console;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What every command is built on: its console, its output options, and an exit code as its result.
 */
public abstract class ConsoleCommand implements Callable<Integer> {
  /** Where it reads and writes. */
  protected final Console console;

  /** How much it says. */
  @Mixin protected OutputOptions output = new OutputOptions();

  @Spec private CommandSpec spec;

  /** A command on this console. */
  @SuppressWarnings("NullAway.Init") // picocli fills spec in
  protected ConsoleCommand(Console console) {
    this.console = console;
  }

  /** Does it. Throws {@link CommandFailure} when it cannot. */
  protected abstract ExitCode run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    return run().number();
  }

  /** Whether a program reads the answer. */
  protected boolean json() {
    return false;
  }

  /** Whether to show where an error came from. */
  public boolean verbose() {
    return output.verbose();
  }

  /** The command as picocli sees it. */
  protected CommandSpec spec() {
    return spec;
  }

  /** A remark for people, on standard error; silent with {@code --quiet} and for programs. */
  protected void remark(String line) {
    if (!output.quiet() && !json()) {
      console.err().println(line);
    }
  }

  /** Something the user should change, on standard error; silent with {@code --quiet}. */
  protected void warn(String line) {
    if (!output.quiet()) {
      console.err().println("velocity: warning: " + line);
    }
  }

  /** A wrong command line that picocli could not see. */
  protected static CommandFailure usage(String message) {
    return new CommandFailure(ExitCode.USAGE, message);
  }
}
