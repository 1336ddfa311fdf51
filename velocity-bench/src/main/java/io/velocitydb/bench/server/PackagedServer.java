package io.velocitydb.bench.server;

import io.velocitydb.config.ServerFile;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How the packaged server is started over a data directory. Immutable.
 *
 * @param repository where {@code ./velocity} stands
 * @param folder where it runs, and its home
 * @param data its data directory
 * @param log takes what it says, behind what is there
 */
public record PackagedServer(Path repository, Path folder, Path data, Path log) {
  /** An address with a free port. */
  public static final String ANY_PORT = "127.0.0.1:0";

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int PAUSE_MILLIS = 20;

  /**
   * Starts it.
   *
   * @param bind where V-Proto is to listen
   * @param options further ones of {@code db server}
   * @param environment settings, as {@code VELOCITY_DATABASE_DURABILITY}
   */
  public Process launch(String bind, List<String> options, Map<String, String> environment)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                repository.resolve("velocity").toAbsolutePath().toString(),
                "db",
                "server",
                "--bind",
                bind,
                "--management",
                ANY_PORT,
                "--data-dir",
                data.toString()));
    command.addAll(options);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Waits until it is ready; empty if it ended before, or took too long. */
  public Optional<ServerFile> awaitReady(Process started) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (started.isAlive() && System.nanoTime() < deadline) {
      // A server that was killed leaves its own record behind.
      Optional<ServerFile> found =
          ServerFile.read(ServerFile.pathIn(data)).filter(it -> it.pid() == started.pid());
      if (found.isPresent()) {
        return found;
      }
      boolean _ = started.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
    return Optional.empty();
  }

  /** That it did not start, with all that it said. */
  public IOException didNotStart() throws IOException {
    return new IOException("the server did not start; it said:\n" + Files.readString(log));
  }
}
