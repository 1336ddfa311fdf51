package io.velocitydb.cli.database;

import com.fasterxml.jackson.core.JsonGenerator;
import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.cli.console.Table;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.RepairReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Makes a damaged data directory usable again. */
@Command(
    name = "repair",
    description = {
      "Make a stopped server's damaged data usable again.",
      "All that can be read is kept, what cannot is moved to the folder \"lost\" of the",
      "data directory; nothing is deleted. Where nothing is wrong, nothing is changed.",
      "A backup is better: what is lost is lost, and deleted entries may come back."
    },
    footer = {
      "%nExamples:",
      "  velocity db repair --data-dir ./data",
      "  velocity db repair --data-dir ./data --output json"
    })
public final class DbRepair extends AdministrationCommand {
  /** Made by picocli. */
  public DbRepair(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() throws Exception {
    Optional<Path> stopped = stoppedDataDir();
    return stopped.isPresent() ? repair(stopped.get()) : super.run();
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    throw new CommandFailure(
        ExitCode.FAILED,
        "a server runs over that data directory; stop it, then run this again with --data-dir");
  }

  private ExitCode repair(Path dataDir) {
    RepairReport report;
    try {
      report = Engine.repairDirectory(dataDir);
    } catch (EngineException e) {
      throw DataDirectoryCommand.failure(e);
    }
    if (json()) {
      Json.object(
          console,
          json -> {
            lines(json, "done", report.done());
            lines(json, "lost", report.lost());
            lines(json, "aside", report.aside().stream().map(Path::toString).toList());
            lines(json, "problems", report.problems());
          });
    }
    report.done().forEach(line -> remark("repaired: " + Table.visible(line)));
    report.lost().forEach(line -> remark("lost: " + Table.visible(line)));
    report.aside().forEach(file -> remark("kept: " + file));
    if (!report.problems().isEmpty()) {
      throw new CommandFailure(
          ExitCode.FAILED,
          report.problems().size()
              + " problems are left, the first: "
              + Table.visible(report.problems().getFirst())
              + "; restore from a backup");
    }
    if (report.done().isEmpty() && report.lost().isEmpty()) {
      remark("nothing is wrong with " + dataDir + ", and nothing was changed");
    }
    return ExitCode.DONE;
  }

  private static void lines(JsonGenerator json, String field, List<String> lines)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String line : lines) {
      json.writeString(line);
    }
    json.writeEndArray();
  }
}
