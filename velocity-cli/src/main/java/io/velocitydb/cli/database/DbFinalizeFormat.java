package io.velocitydb.cli.database;

import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.engine.Engine;
import picocli.CommandLine.Command;

/** Raises the format of a data directory to that of this release. */
@Command(
    name = "finalize-format",
    description = {
      "Raise the format of a stopped server's files to this release's own.",
      "After an upgrade files stay in the old format, so that the release before can read them",
      "again; this ends that. Nothing is rewritten now."
    },
    footer = {"%nExample:", "  velocity db finalize-format --data-dir ./data"})
public final class DbFinalizeFormat extends DataDirectoryCommand {
  /** Made by picocli. */
  public DbFinalizeFormat(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Engine engine) {
    int before = engine.format();
    engine.finalizeFormat();
    int now = engine.format();
    if (json()) {
      Json.object(
          console,
          json -> {
            json.writeNumberField("format_before", before);
            json.writeNumberField("format", now);
          });
    } else {
      console
          .out()
          .println(
              before == now
                  ? "the files have format " + now + " already"
                  : "the files have format " + now + " now; before they had " + before);
    }
    return ExitCode.DONE;
  }
}
