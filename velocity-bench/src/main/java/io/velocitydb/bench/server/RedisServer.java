package io.velocitydb.bench.server;

import io.velocitydb.bench.process.Folders;
import io.velocitydb.config.HostPort;
import io.velocitydb.config.Keys.Durability;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The {@code redis-server} of this machine with an append-only file, in a folder of its own, on a
 * free loopback port. Everything that is not named here is as Redis has it by default.
 */
public final class RedisServer implements ProcessUnderTest {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 1_000;
  private static final int PAUSE_MILLIS = 20;

  private final ChildProcess process;
  private final Path folder;
  private final HostPort address;

  private RedisServer(ChildProcess process, Path folder, HostPort address) {
    this.process = process;
    this.folder = folder;
    this.address = address;
  }

  /** The settings that stand for a durability of ours. */
  public static Map<String, String> settings(Durability durability) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("appendonly", "yes");
    settings.put(
        "appendfsync",
        switch (durability) {
          case ALWAYS -> "always";
          case INTERVAL -> "everysec";
          case OS -> "no";
        });
    settings.put("save", "");
    return settings;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param parent where its folder is made
   */
  public static RedisServer start(Path parent, Durability durability)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(parent, "redis-");
    Path log = folder.resolve("redis.log");
    HostPort address = new HostPort("127.0.0.1", freePort());
    List<String> command =
        new ArrayList<>(
            List.of(
                "redis-server",
                "--bind",
                address.host(),
                "--port",
                Integer.toString(address.port()),
                "--dir",
                folder.toString(),
                "--daemonize",
                "no"));
    settings(durability)
        .forEach(
            (name, value) -> {
              command.add("--" + name);
              command.add(value);
            });
    ChildProcess process =
        new ChildProcess(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (process.isAlive() && System.nanoTime() - deadline < 0) {
      if (answers(address)) {
        return new RedisServer(process, folder, address);
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    process.stop();
    String said = Files.readString(log);
    Folders.delete(folder);
    throw new IOException("redis-server did not start; it said:\n" + said);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Whether a PING is answered; not while data is loaded. */
  private static boolean answers(HostPort address) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port()), CONNECT_MILLIS);
      socket.setSoTimeout(CONNECT_MILLIS);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Where it listens. */
  public HostPort address() {
    return address;
  }

  @Override
  public Duration processorTime() {
    return process.processorTime();
  }

  @Override
  public long residentBytes() throws IOException {
    return process.residentBytes();
  }

  /** Redis has no such heap. */
  @Override
  public OptionalLong allocatedBytes() {
    return OptionalLong.empty();
  }

  @Override
  public void close() {
    process.stop();
    Folders.delete(folder);
  }
}
