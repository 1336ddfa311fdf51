package io.velocitydb.bench.server;

import io.velocitydb.config.HostPort;
import io.velocitydb.config.ServerFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A packaged Velocity server in a process and a data directory of its own, on free loopback ports.
 * Closing ends the process and deletes the directory.
 */
public final class ServerUnderTest implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Process process;
  private final Path folder;
  private final ServerFile record;

  private ServerUnderTest(Process process, Path folder, ServerFile record) {
    this.process = process;
    this.folder = folder;
    this.record = record;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param repository where {@code ./velocity} stands
   * @param tls whether V-Proto runs inside TLS
   * @param environment further settings, as {@code VELOCITY_DATABASE_DURABILITY}
   */
  public static ServerUnderTest start(Path repository, boolean tls, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("velocity-bench");
    Path data = folder.resolve("data");
    List<String> command =
        new ArrayList<>(
            List.of(
                repository.resolve("velocity").toString(),
                "db",
                "server",
                "--bind",
                "127.0.0.1:0",
                "--management",
                "127.0.0.1:0",
                "--data-dir",
                data.toString()));
    if (!tls) {
      command.add("--no-tls");
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("HOME", folder.toString());
    builder.environment().putAll(environment);
    Path log = folder.resolve("server.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      Optional<ServerFile> record = ServerFile.read(ServerFile.pathIn(data));
      if (record.isPresent()) {
        return new ServerUnderTest(process, folder, record.get());
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    process.destroyForcibly().waitFor();
    String said = Files.readString(log);
    delete(folder);
    throw new IOException("the server did not start; it said:\n" + said);
  }

  /** Where V-Proto listens. */
  public HostPort address() {
    return record.vproto();
  }

  /** The socket on which this process is an administrator. */
  public Path adminSocket() {
    return record.adminSocket();
  }

  /** Resident memory of the process in bytes, as the kernel counts it; 0 where it does not say. */
  public long residentBytes() throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  /** Processor time that the process has used. */
  public Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(folder);
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
