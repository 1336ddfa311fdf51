package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.Console;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that works in one database, as the user of the URL. */
public abstract class KeyspaceCommand extends ServerCommand {
  @Mixin private LoginOptions loginOptions = new LoginOptions();

  @Option(
      names = {"-d", "--database"},
      paramLabel = "NAME",
      description = "The database (default: that of the URL, else \"default\").")
  private @Nullable String database;

  /** A command on this console. */
  protected KeyspaceCommand(Console console) {
    super(console);
  }

  @Override
  protected PasswordSource login() {
    return loginOptions.source();
  }

  @Override
  protected Optional<String> database() {
    return Optional.ofNullable(database);
  }
}
