package io.velocitydb.e2e.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A server process that a test started and that was ready. What it says is kept in a file. Closing
 * it kills it if it still runs.
 */
public final class RunningServer implements AutoCloseable {

  private static final Duration START_DEADLINE = Duration.ofSeconds(60);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path dataDir;
  private final Path log;
  private final JsonNode record;

  private RunningServer(Process process, Path dataDir, Path log, JsonNode record) {
    this.process = process;
    this.dataDir = dataDir;
    this.log = log;
    this.record = record;
  }

  /**
   * Starts a server over {@code dataDir} and waits until its {@code server.json} says that it is
   * ready.
   */
  static RunningServer start(Command command, Path dataDir) {
    try {
      Path log = Files.createTempFile(command.folder(), "server", ".log");
      Process process = command.start(log.toFile());
      Path file = dataDir.resolve("server.json");
      try {
        Awaitility.await("a ready server")
            .pollInterval(Duration.ofMillis(20))
            .atMost(START_DEADLINE)
            .until(() -> !process.isAlive() || isRecordOf(process, file));
      } catch (RuntimeException e) {
        process.destroyForcibly();
        throw new AssertionError("the server was not ready; it said:\n" + Files.readString(log), e);
      }
      if (!process.isAlive()) {
        throw new AssertionError(
            "the server ended with "
                + process.exitValue()
                + "; it said:\n"
                + Files.readString(log));
      }
      return new RunningServer(process, dataDir, log, JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code host:port} of V-Proto. */
  public String address() {
    return record.get("vproto").asText();
  }

  public int port() {
    String address = address();
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** {@code host:port} of health and metrics. */
  public String management() {
    return record.get("management").asText();
  }

  /** {@code SHA256:...} of the server's key. */
  public String fingerprint() {
    return record.get("fingerprint").asText();
  }

  /** The local administration socket. */
  public Path adminSocket() {
    return Path.of(record.get("admin_socket").asText());
  }

  public Path dataDir() {
    return dataDir;
  }

  public long pid() {
    return process.pid();
  }

  /** All that the server said so far, on both outputs. */
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL; answers when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM; answers the exit code. */
  public int terminate() {
    process.destroy();
    return awaitEnd();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not stop within " + STOP_DEADLINE + ":\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while the server stopped", e);
    }
  }

  /** Whether the file tells of this process: a killed server leaves its own behind. */
  private static boolean isRecordOf(Process process, Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    JsonNode pid = JSON.readTree(file.toFile()).get("pid");
    return pid != null && pid.asLong() == process.pid();
  }
}
