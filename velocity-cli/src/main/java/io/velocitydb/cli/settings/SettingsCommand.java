package io.velocitydb.cli.settings;

import io.velocitydb.cli.console.AnsweringCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.server.ServerOptions;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.Settings;
import picocli.CommandLine.Mixin;

/** Reads the settings exactly as {@code db server} would with the same flags. */
abstract class SettingsCommand extends AnsweringCommand {
  @Mixin private ServerOptions options = new ServerOptions();

  SettingsCommand(Console console) {
    super(console);
  }

  Settings load() {
    try {
      return ConfigLoader.load(ConfigLoader.Sources.ofProcess(options.flags(), options.config()));
    } catch (ConfigException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
    }
  }
}
