package io.velocitydb.cli.database;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Sizes;
import io.velocitydb.cli.transfer.Progress;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.PortableFile;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes a database to one portable file. */
@Command(
    name = "snapshot",
    description = {
      "Write a database of a stopped server to one portable file.",
      "\"velocity db ingest\" takes it in, here or elsewhere."
    },
    footer = {
      "%nExamples:",
      "  velocity db snapshot orders orders.velo",
      "  velocity db snapshot orders /mnt/usb/orders.velo --data-dir ./data"
    })
public final class DbSnapshot extends DataDirectoryCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The database.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "Where to; must not exist yet.")
  private Path file = Path.of("");

  /** Made by picocli. */
  public DbSnapshot(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Engine engine) {
    PortableFile written;
    try (Progress progress = Progress.overEntries(console, !output.quiet() && !json(), name)) {
      written = engine.database(name).snapshot(path(file), progress::at);
    }
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeStringField("database", name);
            json.writeStringField("file", written.file().toString());
            json.writeNumberField("entries", written.entries());
            json.writeNumberField("bytes", written.bytes());
          });
    }
    remark(
        "wrote %d entries of %s to %s, %s"
            .formatted(written.entries(), name, file, Sizes.of(written.bytes())));
    return ExitCode.DONE;
  }
}
