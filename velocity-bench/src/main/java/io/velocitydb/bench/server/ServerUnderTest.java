package io.velocitydb.bench.server;

import io.velocitydb.bench.process.Folders;
import io.velocitydb.client.VelocityClient;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.ServerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A packaged Velocity server in a process and a data directory of its own, on free loopback ports.
 * Closing ends the process and deletes the directory.
 */
public final class ServerUnderTest implements ProcessUnderTest {
  private final ChildProcess process;
  private final Path folder;
  private final ServerFile record;
  private @Nullable HeapMeter heapMeter;

  private ServerUnderTest(ChildProcess process, Path folder, ServerFile record) {
    this.process = process;
    this.folder = folder;
    this.record = record;
  }

  /** The same with its folder where temporary files lie. */
  public static ServerUnderTest start(Path repository, boolean tls, Map<String, String> environment)
      throws IOException, InterruptedException {
    return start(repository, Path.of(System.getProperty("java.io.tmpdir")), tls, environment);
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param parent where its folder is made
   * @param repository where {@code ./velocity} stands
   * @param tls whether V-Proto runs inside TLS
   * @param environment further settings, as {@code VELOCITY_DATABASE_DURABILITY}
   */
  public static ServerUnderTest start(
      Path repository, Path parent, boolean tls, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(parent, "velocity-");
    Path data = folder.resolve("data");
    PackagedServer server =
        new PackagedServer(repository, folder, data, folder.resolve("server.log"));
    Process started =
        server.launch(PackagedServer.ANY_PORT, tls ? List.of() : List.of("--no-tls"), environment);
    ChildProcess process = new ChildProcess(started);
    Optional<ServerFile> record = server.awaitReady(started);
    if (record.isPresent()) {
      return new ServerUnderTest(process, folder, record.get());
    }
    process.stop();
    IOException failure = server.didNotStart();
    Folders.delete(folder);
    throw failure;
  }

  /** Where V-Proto listens. */
  public HostPort address() {
    return record.vproto();
  }

  /** The socket on which this process is an administrator. */
  public Path adminSocket() {
    return record.adminSocket();
  }

  /** Makes a user; the first one is an administrator. */
  public void createUser(String name, String password) {
    try (VelocityClient client = VelocityClient.builder().adminSocket(adminSocket()).build()) {
      client.admin().createUser(name, password);
    }
  }

  /** Where RESP is spoken, if the server was told to. */
  public Optional<HostPort> resp() {
    return record.resp();
  }

  @Override
  public long residentBytes() throws IOException {
    return process.residentBytes();
  }

  @Override
  public Duration processorTime() {
    return process.processorTime();
  }

  @Override
  public OptionalLong allocatedBytes() throws IOException {
    if (heapMeter == null) {
      heapMeter = HeapMeter.attach(record.pid());
    }
    return OptionalLong.of(heapMeter.allocatedBytes());
  }

  @Override
  public void close() throws IOException {
    if (heapMeter != null) {
      heapMeter.close();
    }
    process.stop();
    Folders.delete(folder);
  }
}
