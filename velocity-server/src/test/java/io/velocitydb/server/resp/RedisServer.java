package io.velocitydb.server.resp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real {@code redis-server} that keeps nothing on disk, on a free port of this machine. */
final class RedisServer implements AutoCloseable {
  private static final int START_TRIES = 200;

  private final Process process;
  private final InetSocketAddress address;

  private RedisServer(Process process, InetSocketAddress address) {
    this.process = process;
    this.address = address;
  }

  /** Whether a program of Redis is installed here. */
  static boolean isInstalled(String program) {
    for (String folder : System.getenv("PATH").split(java.io.File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  static RedisServer start(Path folder) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("redis.log").toFile())
            .start();
    RedisServer server =
        new RedisServer(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    try {
      server.awaitReady();
    } catch (Exception e) {
      server.close();
      throw e;
    }
    return server;
  }

  private void awaitReady() throws Exception {
    for (int i = 0; i < START_TRIES; i++) {
      try (Socket probe = new Socket(address.getAddress(), address.getPort());
          RespConnection connection = new RespConnection(probe)) {
        if (connection.call("PING").equals("+PONG\r\n")) {
          return;
        }
      } catch (IOException notYet) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    throw new AssertionError("redis-server does not start");
  }

  InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
