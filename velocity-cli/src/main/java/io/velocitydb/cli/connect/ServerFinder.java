package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.Console;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.RunningServers;
import io.velocitydb.config.RunningServers.Running;
import io.velocitydb.protocol.url.Endpoint;
import io.velocitydb.protocol.url.VelocityUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Decides which server is meant: the named one, or the only one that runs. */
public final class ServerFinder {
  private static final String URL_VARIABLE = "VELOCITY_URL";
  private static final Path USUAL_DATA_DIR = Path.of("velocitydb");

  private final Console console;
  private final RunningServers servers;

  /** Looks among these servers. */
  public ServerFinder(Console console, RunningServers servers) {
    this.console = console;
    this.servers = servers;
  }

  /**
   * Finds the server.
   *
   * @throws CommandFailure if none runs, several do, or the URL is wrong
   */
  public Target find(ConnectionOptions options) throws IOException {
    if (options.url().isPresent() && options.dataDir().isPresent()) {
      throw new CommandFailure(ExitCode.USAGE, "give --url or --data-dir, not both");
    }
    if (options.dataDir().isPresent()) {
      return new Target.Local(over(options.dataDir().get()));
    }
    Optional<String> url = options.url().or(() -> console.variable(URL_VARIABLE));
    return url.isPresent() ? remote(url.get()) : new Target.Local(onlyOne());
  }

  /**
   * The folder of a server that does not run, for commands that then work on its files: the one
   * that is named, or, where nothing is named and nothing runs, the usual one.
   */
  public Optional<Path> stoppedDataDir(ConnectionOptions options) throws IOException {
    if (options.url().isPresent()
        || (options.dataDir().isEmpty() && console.variable(URL_VARIABLE).isPresent())) {
      return Optional.empty();
    }
    if (options.dataDir().isEmpty() && !servers.list().isEmpty()) {
      return Optional.empty();
    }
    Path folder = console.directory().resolve(options.dataDir().orElse(USUAL_DATA_DIR));
    return Files.isDirectory(folder) && RunningServers.over(folder).isEmpty()
        ? Optional.of(folder)
        : Optional.empty();
  }

  private Running over(Path dataDir) throws IOException {
    Path folder = console.directory().resolve(dataDir);
    return RunningServers.over(folder)
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NO_CONNECTION,
                    Files.isDirectory(folder)
                        ? "no server runs over "
                            + dataDir
                            + "; start one with: velocity db server --data-dir "
                            + dataDir
                        : "there is no folder "
                            + dataDir
                            + ", and so no server over it; look for a slip, or start one with: velocity db server --data-dir "
                            + dataDir));
  }

  private Running onlyOne() throws IOException {
    List<Running> running = servers.list();
    if (running.size() > 1) {
      String list =
          running.stream()
              .map(server -> server.dataDir() + " (" + server.file().vproto() + ")")
              .collect(Collectors.joining(", "));
      throw new CommandFailure(
          ExitCode.USAGE, "several servers of yours run; choose one with --data-dir: " + list);
    }
    if (running.size() == 1) {
      return running.getFirst();
    }
    return RunningServers.over(console.directory().resolve(USUAL_DATA_DIR))
        .orElseThrow(
            () ->
                new CommandFailure(
                    ExitCode.NO_CONNECTION,
                    "no server of yours runs; start one with \"velocity db server\", or name one with --url vdb://user@host:2005"));
  }

  private Target remote(String text) throws IOException {
    try {
      VelocityUrl url = VelocityUrl.parseLenient(text);
      return new Target.Remote(text, url, localServer(url));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "the URL is wrong: " + e.getMessage(), e);
    }
  }

  /** The running server of this user that a loopback address means. */
  private Optional<Running> localServer(VelocityUrl url) throws IOException {
    if (url.endpoints().size() != 1) {
      return Optional.empty();
    }
    Endpoint endpoint = url.endpoints().getFirst();
    if (!new HostPort(endpoint.host(), endpoint.port()).isLoopback()) {
      return Optional.empty();
    }
    return servers.list().stream()
        .filter(server -> server.file().vproto().port() == endpoint.port())
        .filter(
            server -> server.file().vproto().isLoopback() || server.file().vproto().isWildcard())
        .findFirst();
  }
}
