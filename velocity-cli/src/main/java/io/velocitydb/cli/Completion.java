package io.velocitydb.cli;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ConsoleCommand;
import io.velocitydb.cli.console.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints a script that completes the command line. */
@Command(
    name = "completion",
    description = "Print a completion script for the shell.",
    footer = {
      "%nExample:",
      "  velocity completion bash > ~/.local/share/bash-completion/completions/velocity"
    })
final class Completion extends ConsoleCommand {
  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private String shell = "";

  /** Made by picocli. */
  Completion(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw usage("there is a script for bash and zsh, not for " + shell);
    }
    console.out().print(AutoComplete.bash("velocity", spec().root().commandLine()));
    return ExitCode.DONE;
  }
}
