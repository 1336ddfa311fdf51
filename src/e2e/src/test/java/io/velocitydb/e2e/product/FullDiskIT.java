package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.Mount;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full disk takes writing away, for as long as it is full, and nothing else. */
final class FullDiskIT {

  private static final int ROUNDS = 3;

  @TempDir Path base;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void aFullDiskRefusesWritesUntilThereIsSpaceAgain() throws IOException {
    assumeTrue(Mount.isPossible(), "a small disk needs root and mount");
    Velocity velocity = Velocity.freshUser(base);
    Path disk = Files.createDirectory(velocity.folder().resolve("disk"));
    Path tooMuch = writeIncompressible(velocity.folder().resolve("too-much.tsv"), 250);
    try (Mount mount = Mount.memory(disk, "200m");
        RunningServer server =
            velocity.startServer(
                "disk/data",
                "db",
                "server",
                "--bind",
                "127.0.0.1:0",
                "--data-dir",
                "./disk/data")) {
      velocity.run("set", "first", "value").mustSucceed();

      for (int round = 1; round <= ROUNDS; round++) {
        // Between the rounds flushes and merges give some space back: each fills the disk anew.
        Command.Result load = importFile(velocity, tooMuch, "round-" + round + "/");
        assertThat(load.exitCode()).as("%s", load).isEqualTo(1);
        assertThat(load.errorLines()).singleElement().asString().contains("the disk is full");
        assertThat(velocity.run("get", "first").mustSucceed().out()).isEqualTo("value\n");
      }
      velocity.run("del", "first").mustSucceed();
      assertThat(velocity.run("get", "first").exitCode()).isEqualTo(3);

      mount.remount("size=1200m");
      Awaitility.await("writes to return with the space")
          .atMost(Duration.ofSeconds(30))
          .until(() -> velocity.run("set", "third", "value").exitCode() == 0);
      velocity
          .command("import", tooMuch.toString())
          .within(Duration.ofMinutes(1))
          .run()
          .mustSucceed();
      velocity.run("db", "verify").mustSucceed();
      assertThat(server.terminate()).isZero();
    }
  }

  private static Command.Result importFile(Velocity velocity, Path file, String prefix) {
    return velocity
        .command("import", file.toString(), "--prefix", prefix)
        .within(Duration.ofMinutes(2))
        .run();
  }

  /** A file to import of about so many MiB, which no compression makes smaller. */
  private static Path writeIncompressible(Path file, int mebibytes) throws IOException {
    SplittableRandom random = new SplittableRandom(2005);
    char[] value = new char[100_000];
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < mebibytes * 10; i++) {
        for (int j = 0; j < value.length; j++) {
          value[j] = (char) ('!' + random.nextInt(90));
        }
        out.write("big/" + i + "\t" + new String(value).replace('\\', '/') + "\n");
      }
    }
    return file;
  }
}
