package io.velocitydb.cli.server;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ConsoleCommand;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.config.ConfigException;
import io.velocitydb.config.ConfigLoader;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.Keys;
import io.velocitydb.config.Machine;
import io.velocitydb.config.MemoryPlan;
import io.velocitydb.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a server: the launcher becomes what this plans. */
@Command(
    name = "server",
    description = "Start a server in the foreground; Ctrl-C or SIGTERM stops it.",
    footer = {
      "%nExamples:",
      "  velocity db server",
      "  velocity db server --bind 127.0.0.1:2005 --data-dir ./data",
      "%nEvery setting can also stand in velocity.toml or the environment; \"velocity config show\" lists them."
    })
public final class DbServer extends ConsoleCommand {
  private static final String PLAN_PROPERTY = "velocity.plan";
  private static final String SERVER_JAR_PROPERTY = "velocity.server.jar";
  private static final String JAVA_OPTIONS_VARIABLE = "VELOCITY_JAVA_OPTS";

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(
      names = "--http",
      paramLabel = "ADDR",
      description = "Accepted for later versions; this one has no HTTP interface yet.")
  private @Nullable String http;

  /** Made by picocli. */
  public DbServer(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() throws Exception {
    String plan = System.getProperty(PLAN_PROPERTY);
    String serverJar = System.getProperty(SERVER_JAR_PROPERTY);
    if (plan == null || serverJar == null) {
      throw usage("a server is started by the launcher: run the velocity script, not its jar");
    }
    if (http != null) {
      checkHttp(http);
    }
    Map<String, String> flags = options.flags();
    if (output.verbose()) {
      flags.put(Keys.LOG_LEVEL.name(), "debug");
    }
    try {
      Settings settings =
          ConfigLoader.load(ConfigLoader.Sources.ofProcess(flags, options.config()));
      MemoryPlan memory = MemoryPlan.of(Machine.current(), settings.get(Keys.MEMORY_LIMIT));
      ServerPlan.of(Path.of(serverJar), memory, flags, options.config(), javaOptions())
          .write(Path.of(plan));
    } catch (ConfigException e) {
      throw new CommandFailure(ExitCode.USAGE, e.getMessage(), e);
    }
    return ExitCode.DONE;
  }

  private void checkHttp(String address) {
    try {
      HostPort parsed = HostPort.parse(address);
      warn("this version has no HTTP interface yet; nothing will listen on " + parsed);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--http: " + e.getMessage(), e);
    }
  }

  private List<String> javaOptions() {
    return console
        .variable(JAVA_OPTIONS_VARIABLE)
        .map(text -> List.of(text.strip().split("\\s+")))
        .orElse(List.of());
  }
}
