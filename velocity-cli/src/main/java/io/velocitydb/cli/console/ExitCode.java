package io.velocitydb.cli.console;

/** What a command's exit code says; scripts rely on the numbers. */
public enum ExitCode {
  /** Done. */
  DONE(0),
  /** It was tried and failed. */
  FAILED(1),
  /** The command line or the configuration is wrong. */
  USAGE(2),
  /** What was asked for does not exist. */
  NOT_FOUND(3),
  /** No server was reached, or it was not to be trusted. */
  NO_CONNECTION(4),
  /** The server refused: who asks, or what was asked. */
  NO_PERMISSION(5);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** As the shell sees it. */
  public int number() {
    return number;
  }
}
