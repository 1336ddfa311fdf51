package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.Console;
import picocli.CommandLine.Mixin;

/**
 * A command about the server rather than its keys, as the user of the URL or through the
 * administration socket.
 */
public abstract class AdministrationCommand extends ServerCommand {
  @Mixin private LoginOptions loginOptions = new LoginOptions();

  /** A command on this console. */
  protected AdministrationCommand(Console console) {
    super(console);
  }

  @Override
  protected PasswordSource login() {
    return loginOptions.source();
  }
}
