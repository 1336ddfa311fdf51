package io.velocitydb.cli.database;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes what a database has in memory to tables. */
@Command(
    name = "flush",
    description = {
      "Write what a database has in memory to tables now.",
      "Then a start has no log to replay. Works on a stopped server too."
    },
    footer = {
      "%nExamples:",
      "  velocity db flush orders",
      "  velocity db flush orders --data-dir ./data"
    })
public final class DbFlush extends DataDirectoryCommand {
  @Parameters(paramLabel = "NAME", description = "The database.")
  private String name = "";

  /** Made by picocli. */
  public DbFlush(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    client.admin().flush(name);
    return report();
  }

  @Override
  ExitCode run(Engine engine) {
    engine.database(name).flush();
    return report();
  }

  private ExitCode report() {
    if (json()) {
      Json.object(console, json -> json.writeStringField("flushed", name));
    }
    remark("flushed " + name);
    return ExitCode.DONE;
  }
}
