package io.velocitydb.cli.console;

import picocli.CommandLine.Option;

/** How much a command says. */
public final class OutputOptions {
  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing but the answer and errors.")
  private boolean quiet;

  @Option(names = "--verbose", description = "Say more; show where an error came from.")
  private boolean verbose;

  /** Whether remarks are unwanted. */
  public boolean quiet() {
    return quiet;
  }

  /** Whether more is wanted than usual. */
  public boolean verbose() {
    return verbose;
  }
}
