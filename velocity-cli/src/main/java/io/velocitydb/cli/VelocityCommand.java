package io.velocitydb.cli;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.server.DbServer;
import io.velocitydb.cli.settings.ConfigCheck;
import io.velocitydb.cli.settings.ConfigShow;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line. */
@Command(
    name = "velocity",
    description = "A durable key-value database with low latency.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VelocityCommand.Db.class, VelocityCommand.Config.class},
    footer = {
      "%nExamples:",
      "  velocity db server                        start a server here",
      "  velocity set greeting 'hello, world'      in another terminal",
      "  velocity get greeting",
      "%nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 no connection, 5 no permission."
    })
final class VelocityCommand extends CommandGroup {
  private static final int HELP_COLUMNS = 100;

  @SuppressWarnings("unused") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @SuppressWarnings("unused") // picocli acts on it
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Command(
      name = "db",
      description = "Run a server; create, list, inspect and drop databases.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {DbServer.class},
      footer = {"%nExample:", "  velocity db server --data-dir ./data"})
  static final class Db extends CommandGroup {}

  @Command(
      name = "config",
      description = "Show and check settings.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {ConfigShow.class, ConfigCheck.class},
      footer = {"%nExample:", "  velocity config show"})
  static final class Config extends CommandGroup {}

  /** The whole command line on this console. */
  static CommandLine line(Console console) {
    OneLineErrors errors = new OneLineErrors(console);
    return new CommandLine(new VelocityCommand(), new OnConsole(console))
        .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.min(HELP_COLUMNS, Math.max(60, console.columns())))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors);
  }

  /** Makes commands that ask for a console with this one. */
  private record OnConsole(Console console) implements IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      for (Constructor<?> constructor : type.getDeclaredConstructors()) {
        if (constructor.getParameterCount() == 1
            && constructor.getParameterTypes()[0] == Console.class) {
          return type.cast(constructor.newInstance(console));
        }
      }
      return CommandLine.defaultFactory().create(type);
    }
  }
}
