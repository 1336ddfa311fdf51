package io.velocitydb.cli.database;

import io.velocitydb.cli.connect.AdministrationCommand;
import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A command on the files of a server that does not run. */
abstract class DataDirectoryCommand extends AdministrationCommand {
  /** A command on this console. */
  DataDirectoryCommand(Console console) {
    super(console);
  }

  /** What is done with the opened data directory. */
  abstract ExitCode run(Engine engine);

  @Override
  protected ExitCode run() throws Exception {
    Optional<Path> stopped = stoppedDataDir();
    return stopped.isPresent() ? onFiles(stopped.get()) : super.run();
  }

  @Override
  protected ExitCode run(VelocityClient client) {
    throw new CommandFailure(
        ExitCode.FAILED,
        "a server runs over that data directory; stop it, then run this again with --data-dir");
  }

  private ExitCode onFiles(Path dataDir) {
    if (!Files.exists(dataDir.resolve("CATALOGUE"))) {
      throw new CommandFailure(
          ExitCode.NOT_FOUND, dataDir + " is no data directory: it has no file CATALOGUE");
    }
    try (Engine engine = Engine.open(dataDir, EngineOptions.defaults())) {
      return run(engine);
    } catch (EngineException e) {
      throw failure(e);
    }
  }

  /** A path as the user means it, from the working directory. */
  Path path(Path given) {
    return console.directory().resolve(given);
  }

  /** The engine's failure with the exit code that scripts know. */
  static CommandFailure failure(EngineException e) {
    ExitCode code =
        switch (e.kind()) {
          case DATABASE_NOT_FOUND -> ExitCode.NOT_FOUND;
          case LOCKED -> ExitCode.NO_CONNECTION;
          default -> ExitCode.FAILED;
        };
    return new CommandFailure(code, String.valueOf(e.getMessage()), e);
  }
}
