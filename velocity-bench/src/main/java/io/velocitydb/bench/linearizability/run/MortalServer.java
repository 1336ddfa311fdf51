package io.velocitydb.bench.linearizability.run;

import io.velocitydb.bench.server.PackagedServer;
import io.velocitydb.config.ServerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
  private final PackagedServer server;
  private volatile @Nullable Process process;
  private @Nullable ServerFile record;

  /**
   * One that does not run yet.
   *
   * @param repository where {@code ./velocity} stands
   * @param folder an empty one, for its data and its log
   */
  MortalServer(Path repository, Path folder) {
    server =
        new PackagedServer(
            repository, folder, folder.resolve("data"), folder.resolve("server.log"));
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param environment settings, as {@code VELOCITY_DATABASE_DURABILITY}
   */
  void start(Map<String, String> environment) throws IOException, InterruptedException {
    Optional<ServerFile> found = server.awaitReady(launch(environment));
    if (found.isEmpty()) {
      kill();
      throw server.didNotStart();
    }
    record = found.get();
  }

  /** Starts it, and kills it before or soon after it is ready. */
  void startAndKill(Map<String, String> environment, Duration after)
      throws IOException, InterruptedException {
    Process started = launch(environment);
    started.waitFor(after.toMillis(), TimeUnit.MILLISECONDS);
    if (!started.isAlive()) {
      throw new IOException("the server ended by itself; it said:\n" + Files.readString(log()));
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
    return server.log();
  }

  private Process launch(Map<String, String> environment) throws IOException {
    Map<String, String> all = new HashMap<>();
    all.put("VELOCITY_BUILD", "no");
    all.putAll(environment);
    // The same port in each life, so that clients find it again.
    String address = record == null ? PackagedServer.ANY_PORT : record.vproto().toString();
    Process started = server.launch(address, List.of(), all);
    process = started;
    return started;
  }
}
