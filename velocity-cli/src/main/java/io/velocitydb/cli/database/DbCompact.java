package io.velocitydb.cli.database;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Sizes;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.CompactReport;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Merges all tables of a database. */
@Command(
    name = "compact",
    description = {
      "Merge all tables of a database now.",
      "Gives back the space of what was overwritten or deleted. Works on a stopped",
      "server too."
    },
    footer = {
      "%nExamples:",
      "  velocity db compact orders",
      "  velocity db compact orders --data-dir ./data"
    })
public final class DbCompact extends DataDirectoryCommand {
  @Parameters(paramLabel = "NAME", description = "The database.")
  private String name = "";

  /** Made by picocli. */
  public DbCompact(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    CompactReport report = client.admin().compact(name);
    return report(report.bytesBefore(), report.bytesAfter());
  }

  @Override
  ExitCode run(Engine engine) {
    Database database = engine.database(name);
    database.flush();
    long before = database.stats().tableBytes();
    database.compact();
    return report(before, database.stats().tableBytes());
  }

  private ExitCode report(long before, long after) {
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("compacted", name);
            json.writeNumberField("bytes_before", before);
            json.writeNumberField("bytes_after", after);
          });
    }
    remark("merged %s: %s before, %s now".formatted(name, Sizes.of(before), Sizes.of(after)));
    return ExitCode.DONE;
  }
}
