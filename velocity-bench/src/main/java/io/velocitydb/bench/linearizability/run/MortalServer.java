package io.velocitydb.bench.linearizability.run;

import io.velocitydb.config.ServerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A packaged server that dies and comes back over the same data directory and on the same port.
 * {@link #kill} may come from any thread, the rest from one.
 */
final class MortalServer {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final String ANY_PORT = "127.0.0.1:0";

  private final Path repository;
  private final Path folder;
  private final Path data;
  private final Path log;
  private volatile @Nullable Process process;
  private @Nullable ServerFile record;

  /**
   * One that does not run yet.
   *
   * @param repository where {@code ./velocity} stands
   * @param folder an empty one, for its data and its log
   */
  MortalServer(Path repository, Path folder) {
    this.repository = repository;
    this.folder = folder;
    this.data = folder.resolve("data");
    this.log = folder.resolve("server.log");
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param environment settings, as {@code VELOCITY_DATABASE_DURABILITY}
   */
  void start(Map<String, String> environment) throws IOException, InterruptedException {
    Process started = launch(environment);
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (started.isAlive() && System.nanoTime() < deadline) {
      Optional<ServerFile> found = ServerFile.read(ServerFile.pathIn(data));
      // A server that was killed leaves its own record behind.
      if (found.isPresent() && found.get().pid() == started.pid()) {
        record = found.get();
        return;
      }
      started.waitFor(20, TimeUnit.MILLISECONDS);
    }
    kill();
    throw new IOException("the server did not start; it said:\n" + Files.readString(log));
  }

  /** Starts it, and kills it before or soon after it is ready. */
  void startAndKill(Map<String, String> environment, Duration after)
      throws IOException, InterruptedException {
    Process started = launch(environment);
    started.waitFor(after.toMillis(), TimeUnit.MILLISECONDS);
    if (!started.isAlive()) {
      throw new IOException("the server ended by itself; it said:\n" + Files.readString(log));
    }
    kill();
  }

  /** SIGKILL; returns when the process is gone. */
  void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().onExit().join();
    }
  }

  /** What it last said of itself. */
  ServerFile record() {
    if (record == null) {
      throw new IllegalStateException("the server was not started");
    }
    return record;
  }

  /** All that it said, in all its lives. */
  Path log() {
    return log;
  }

  private Process launch(Map<String, String> environment) throws IOException {
    // The same port in each life, so that clients find it again.
    String address = record == null ? ANY_PORT : record.vproto().toString();
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    repository.resolve("velocity").toAbsolutePath().toString(),
                    "db",
                    "server",
                    "--bind",
                    address,
                    "--management",
                    ANY_PORT,
                    "--data-dir",
                    data.toString()))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("HOME", folder.toString());
    builder.environment().put("VELOCITY_BUILD", "no");
    builder.environment().putAll(environment);
    Process started = builder.start();
    process = started;
    return started;
  }
}
