package io.velocitydb.cli.database;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.transfer.Progress;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.Ingested;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a portable file into a database. */
@Command(
    name = "ingest",
    description = {
      "Take a portable file into a stopped server's database.",
      "Its entries become the newest of their keys, all at once; other keys stay. The",
      "file is checked as a whole before anything changes."
    },
    footer = {
      "%nExamples:",
      "  velocity db ingest orders orders.velo",
      "  velocity db ingest orders-copy orders.velo --create"
    })
public final class DbIngest extends DataDirectoryCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The database.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "What \"db snapshot\" wrote.")
  private Path file = Path.of("");

  @Option(names = "--create", description = "Create the database if there is none.")
  private boolean create;

  /** Made by picocli. */
  public DbIngest(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Engine engine) {
    Database database = create ? engine.openOrCreate(name) : engine.database(name);
    Ingested ingested;
    try (Progress progress = Progress.overEntries(console, !output.quiet() && !json(), name)) {
      ingested = database.ingest(path(file), progress::at);
    }
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("database", name);
            json.writeStringField("file", file.toString());
            json.writeNumberField("entries", ingested.entries());
            json.writeNumberField("version", ingested.version());
          });
    }
    remark("took %d entries of %s into %s".formatted(ingested.entries(), file, name));
    return ExitCode.DONE;
  }
}
