package io.velocitydb.cli;

import io.velocitydb.cli.connect.ConnectionOptions;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.database.DbCheckpoint;
import io.velocitydb.cli.database.DbCompact;
import io.velocitydb.cli.database.DbCreate;
import io.velocitydb.cli.database.DbDrop;
import io.velocitydb.cli.database.DbFinalizeFormat;
import io.velocitydb.cli.database.DbFlush;
import io.velocitydb.cli.database.DbHotKeys;
import io.velocitydb.cli.database.DbIngest;
import io.velocitydb.cli.database.DbInspect;
import io.velocitydb.cli.database.DbList;
import io.velocitydb.cli.database.DbRepair;
import io.velocitydb.cli.database.DbSlowLog;
import io.velocitydb.cli.database.DbSnapshot;
import io.velocitydb.cli.database.DbStats;
import io.velocitydb.cli.database.DbVerify;
import io.velocitydb.cli.keyvalue.Del;
import io.velocitydb.cli.keyvalue.Exists;
import io.velocitydb.cli.keyvalue.Get;
import io.velocitydb.cli.keyvalue.Incr;
import io.velocitydb.cli.keyvalue.Ping;
import io.velocitydb.cli.keyvalue.ScanKeys;
import io.velocitydb.cli.keyvalue.SetValue;
import io.velocitydb.cli.keyvalue.TtlOf;
import io.velocitydb.cli.server.DbServer;
import io.velocitydb.cli.settings.ConfigCheck;
import io.velocitydb.cli.settings.ConfigShow;
import io.velocitydb.cli.transfer.Export;
import io.velocitydb.cli.transfer.Import;
import io.velocitydb.cli.user.CreateToken;
import io.velocitydb.cli.user.CreateUser;
import io.velocitydb.cli.user.DropToken;
import io.velocitydb.cli.user.ListTokens;
import io.velocitydb.cli.user.ListUsers;
import io.velocitydb.cli.user.SetPassword;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the command line. */
@Command(
    name = "velocity",
    description = "A durable key-value database with low latency.",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      VelocityCommand.Db.class,
      VelocityCommand.Admin.class,
      Get.class,
      SetValue.class,
      Del.class,
      Incr.class,
      TtlOf.class,
      Exists.class,
      ScanKeys.class,
      Import.class,
      Export.class,
      Ping.class,
      VelocityCommand.Config.class,
      Completion.class
    },
    footer = {
      "%nExamples:",
      "  velocity db server                        start a server here",
      "  velocity set greeting 'hello, world'      in another terminal",
      "  velocity get greeting",
      "%nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 no connection,",
      "5 no permission."
    })
final class VelocityCommand extends CommandGroup {
  private static final int HELP_COLUMNS = 100;

  /** So that they may stand in front of a command too. */
  @SuppressWarnings("unused") // commands find it by its name
  @Mixin(name = ConnectionOptions.MIXIN)
  private ConnectionOptions connection = new ConnectionOptions();

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
      description = "Run a server; create, list, check, copy and drop databases.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        DbServer.class,
        DbCreate.class,
        DbDrop.class,
        DbList.class,
        DbStats.class,
        DbSlowLog.class,
        DbHotKeys.class,
        DbVerify.class,
        DbRepair.class,
        DbInspect.class,
        DbCheckpoint.class,
        DbSnapshot.class,
        DbIngest.class,
        DbCompact.class,
        DbFlush.class,
        DbFinalizeFormat.class
      },
      footer = {"%nExample:", "  velocity db server --data-dir ./data"})
  static final class Db extends CommandGroup {}

  @Command(
      name = "admin",
      description = "Users, their passwords, and tokens for programs.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {
        CreateUser.class,
        ListUsers.class,
        SetPassword.class,
        CreateToken.class,
        DropToken.class,
        ListTokens.class
      },
      footer = {"%nExample:", "  velocity admin create-user --username admin"})
  static final class Admin extends CommandGroup {}

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
    CommandLine line = new CommandLine(new VelocityCommand(), new OnConsole(console));
    layOutHelp(line);
    return line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF))
        .setUsageHelpWidth(Math.min(HELP_COLUMNS, Math.max(60, console.columns())))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setAbbreviatedOptionsAllowed(false)
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors);
  }

  /** The same headings everywhere, and a usage line that fits a line. */
  private static void layOutHelp(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .abbreviateSynopsis(true)
        .descriptionHeading("%n")
        .parameterListHeading("%n")
        .optionListHeading("%nOptions:%n")
        .commandListHeading("%nCommands:%n");
    line.getSubcommands().values().forEach(VelocityCommand::layOutHelp);
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
