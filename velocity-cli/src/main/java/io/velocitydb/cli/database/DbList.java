package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Sizes;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.client.admin.DatabaseInfo;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists databases. */
@Command(
    name = "list",
    description = "List the databases.",
    footer = {"%nExample:", "  velocity db list"})
public final class DbList extends AdministrationCommand {
  /** Made by picocli. */
  public DbList(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    List<DatabaseInfo> databases = client.admin().databases();
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeArrayFieldStart("databases");
            for (DatabaseInfo database : databases) {
              json.writeStartObject();
              DatabaseFields.write(json, database);
              json.writeEndObject();
            }
            json.writeEndArray();
          });
    } else {
      Table table = new Table("NAME", ">KEYS (ABOUT)", ">ON DISK", ">LIMIT");
      for (DatabaseInfo database : databases) {
        table.row(
            database.name(),
            database.estimatedKeys(),
            Sizes.of(database.diskBytes()),
            database.maxDiskBytes() == 0 ? "none" : Sizes.of(database.maxDiskBytes()));
      }
      table.print(console);
    }
    return ExitCode.DONE;
  }
}
