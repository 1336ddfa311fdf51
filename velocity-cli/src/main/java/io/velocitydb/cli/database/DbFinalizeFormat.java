package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.cli.console.Json;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
public final class DbFinalizeFormat extends AdministrationCommand {
  private static final String CATALOGUE = "CATALOGUE";

  /** Made by picocli. */
  public DbFinalizeFormat(Console console) {
    super(console);
  }

  @Override
  protected ExitCode run() throws Exception {
    Optional<Path> stopped = stoppedDataDir();
    return stopped.isPresent() ? raise(stopped.get()) : super.run();
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    throw new CommandFailure(
        ExitCode.FAILED, "the server runs: stop it first, then run this with its --data-dir");
  }

  private ExitCode raise(Path dataDir) {
    if (!Files.exists(dataDir.resolve(CATALOGUE))) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND, dataDir + " is no data directory: it has no file " + CATALOGUE);
    }
    try (Engine engine = Engine.open(dataDir, EngineOptions.defaults())) {
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
                    ? dataDir + " has format " + now + " already"
                    : dataDir + " has format " + now + " now; before it had " + before);
      }
      return ExitCode.DONE;
    } catch (EngineException e) {
      ExitCode code =
          e.kind() == EngineException.Kind.LOCKED ? ExitCode.NO_CONNECTION : ExitCode.FAILED;
      throw new CommandFailure(code, e.getMessage(), e);
    }
  }
}
