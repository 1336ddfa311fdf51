package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM to a server that is not ready yet, at any moment: it ends in order, lets go of its folder
 * and has changed nothing that the next start needs.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class StopWhileStartingIT {

  private static final int ENTRIES = 20_000;
  private static final int STARTS = 12;
  private static final int STEP_MS = 120;
  private static final int KILLED_BY_SIGTERM = 143;

  @TempDir Path base;
  private Velocity velocity;

  @BeforeEach
  void aFolderWhoseLogMustBeReplayed() throws IOException {
    velocity = Velocity.freshUser(base);
    Files.writeString(
        velocity.folder().resolve("entries.tsv"),
        IntStream.range(0, ENTRIES)
            .mapToObj(i -> "key" + i + "\tvalue" + i + "\n")
            .collect(Collectors.joining()));
    try (RunningServer server = startWell()) {
      velocity.run("import", "entries.tsv").mustSucceed();
      server.kill();
    }
    // What a killed server leaves, and only a ready one would write anew.
    Files.delete(velocity.folder().resolve("data/server.json"));
  }

  @Test
  void itEndsInOrderAndLeavesItsFolderWhole() throws Exception {
    Map<Integer, Integer> exits = new TreeMap<>();
    for (int start = 0; start < STARTS; start++) {
      Process process = begin("server" + start + ".log");
      // The moment is the point here: from the shell's first line to the open listeners.
      if (!process.waitFor((long) start * STEP_MS, TimeUnit.MILLISECONDS)) {
        process.destroy();
      }
      String log = "server" + start + ".log";
      int exit = endOf(process);
      if (!wasNoJvmYet(Files.readString(velocity.folder().resolve(log)))) {
        exits.merge(exit, 1, Integer::sum);
      }
      assertEnded(log);
    }
    assertThat(exits.keySet()).as("%s", exits).isSubsetOf(0, KILLED_BY_SIGTERM);
    assertWhole();
  }

  @Test
  void itTurnsRoundOnceItHasBegunWithItsFolder() throws Exception {
    Process process = begin("server.log");
    Path log = velocity.folder().resolve("server.log");
    Awaitility.await("the server begins")
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(log).contains(" memory "));
    process.destroy();

    assertThat(endOf(process)).as("%s", Files.readString(log)).isZero();
    assertEnded("server.log");
    assertWhole();
  }

  private Process begin(String log) throws IOException {
    return velocity
        .command("db", "server", "--bind", "127.0.0.1:0", "--data-dir", "./data")
        .start(velocity.folder().resolve(log).toFile());
  }

  private static int endOf(Process process) throws InterruptedException {
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("it ends within 30 s").isTrue();
    return process.exitValue();
  }

  /** What a JVM says and answers that is told to end before it is one is not ours to mend. */
  private static boolean wasNoJvmYet(String said) {
    return said.startsWith("Error occurred during initialization of VM");
  }

  private void assertEnded(String log) throws IOException {
    assertThat(velocity.folder().resolve("data/server.json")).doesNotExist();
    String said = Files.readString(velocity.folder().resolve(log));
    // Nor what a framework says that wants to add a hook in the millisecond before the process
    // ends.
    if (!wasNoJvmYet(said) && !said.contains("IllegalStateException: Shutdown in progress")) {
      assertThat(said).doesNotContain("Exception", " ERROR ", "\tat ");
    }
  }

  private void assertWhole() {
    velocity.run("db", "verify", "--data-dir", "./data").mustSucceed();
    try (RunningServer server = startWell()) {
      for (int i = 0; i < ENTRIES; i += ENTRIES / 4) {
        assertThat(velocity.run("get", "key" + i).mustSucceed().out())
            .isEqualTo("value" + i + "\n");
      }
      assertThat(server.terminate()).isZero();
    }
  }

  private RunningServer startWell() {
    return velocity.startServer(
        "data", "db", "server", "--bind", "127.0.0.1:0", "--data-dir", "./data");
  }
}
