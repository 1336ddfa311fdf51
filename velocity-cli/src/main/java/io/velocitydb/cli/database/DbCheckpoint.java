package io.velocitydb.cli.database;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Sizes;
import io.velocitydb.engine.Checkpoint;
import io.velocitydb.engine.Engine;
import java.nio.file.Path;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a checkpoint of a data directory. */
@Command(
    name = "checkpoint",
    description = {
      "Make a second data directory from a stopped server's.",
      "What can be linked is not copied. Nothing that happens later to either",
      "touches the other."
    },
    footer = {
      "%nExamples:",
      "  velocity db checkpoint ./before-upgrade --data-dir ./data",
      "  velocity db checkpoint ./orders-only --database orders"
    })
public final class DbCheckpoint extends DataDirectoryCommand {
  @Parameters(paramLabel = "DIRECTORY", description = "Where to; must not exist yet.")
  private Path target = Path.of("");

  @Option(names = "--database", paramLabel = "NAME", description = "Only this one (default: all).")
  private @Nullable String database;

  /** Made by picocli. */
  public DbCheckpoint(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Engine engine) {
    Checkpoint made =
        database == null
            ? engine.checkpoint(path(target))
            : engine.database(database).checkpoint(path(target));
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("directory", made.directory().toString());
            json.writeArrayFieldStart("databases");
            for (String name : new TreeSet<>(made.lastSequences().keySet())) {
              json.writeString(name);
            }
            json.writeEndArray();
            json.writeNumberField("files", made.files());
            json.writeNumberField("bytes", made.bytes());
            json.writeNumberField("copied_bytes", made.copiedBytes());
          });
    }
    remark(
        "checkpoint of %d databases in %s: %d files, %s, of them copied %s"
            .formatted(
                made.lastSequences().size(),
                target,
                made.files(),
                Sizes.of(made.bytes()),
                Sizes.of(made.copiedBytes())));
    return ExitCode.DONE;
  }
}
