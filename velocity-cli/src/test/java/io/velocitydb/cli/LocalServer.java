package io.velocitydb.cli;

import io.velocitydb.client.testing.FakeServer;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.RunningServers;
import io.velocitydb.config.ServerFile;
import io.velocitydb.config.VelocityHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A fake server that this user finds as one of their own, by its administration socket and its
 * record.
 */
public final class LocalServer implements AutoCloseable {
  private final FakeServer server;
  private final Path dataDir;
  private boolean closed;

  private LocalServer(FakeServer server, Path dataDir) {
    this.server = server;
    this.dataDir = dataDir;
  }

  /** Puts the home folder of this process's user elsewhere until {@link #restoreHome}. */
  public static void home(Path folder) {
    System.setProperty(VelocityHome.PROPERTY, folder.toString());
  }

  /** Undoes {@link #home}. */
  public static void restoreHome() {
    System.clearProperty(VelocityHome.PROPERTY);
  }

  /** Starts one over this folder, which is made. */
  public static LocalServer over(Path dataDir) throws IOException {
    Files.createDirectories(dataDir);
    Path socket = dataDir.resolve("admin.sock");
    FakeServer server = FakeServer.builder().adminSocket(socket).start();
    publish(dataDir, new HostPort("127.0.0.1", 1), socket, Optional.empty());
    return new LocalServer(server, dataDir);
  }

  /** Writes the record of a server, as it does when it is ready. */
  public static void publish(
      Path dataDir, HostPort address, Path socket, Optional<String> fingerprint)
      throws IOException {
    ServerFile file =
        new ServerFile(
            ProcessHandle.current().pid(),
            "0.1.0",
            address,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            socket,
            fingerprint,
            Instant.now());
    RunningServers.ofThisUser().publish(dataDir, file);
  }

  /** The server itself. */
  public FakeServer server() {
    return server;
  }

  /** Its folder. */
  public Path dataDir() {
    return dataDir;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      server.close();
    }
  }
}
