package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.e2e.process.Command;
import io.velocitydb.e2e.process.Mount;
import io.velocitydb.e2e.process.RunningServer;
import io.velocitydb.e2e.process.Velocity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that cannot start says why in one line that tells what to do, and leaves everything as
 * it was.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class BadStartIT {

  @TempDir Path base;
  private Velocity velocity;

  @BeforeEach
  void beAFreshUser() {
    velocity = Velocity.freshUser(base);
  }

  @Test
  void aPortInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String address = "127.0.0.1:" + other.getLocalPort();

      assertRefused(start(address, "./data"), address, "in use");
    }
  }

  @Test
  void aFileInPlaceOfTheDataFolder() throws IOException {
    Files.writeString(velocity.folder().resolve("data"), "precious");

    assertRefused(start("127.0.0.1:0", "./data"), "data", "file");
    assertThat(velocity.folder().resolve("data")).hasContent("precious");
  }

  @Test
  void aDataFolderThatCannotBeWritten() throws IOException {
    assumeTrue(Mount.isPossible(), "mounting a read-only folder needs root and mount");
    Path folder = Files.createDirectory(velocity.folder().resolve("data"));
    try (Mount mount = Mount.memory(folder, "1m")) {
      mount.remount("ro");

      assertRefused(start("127.0.0.1:0", "./data"), "data", "writ");
    }
  }

  @Test
  void aSecondServerOnTheSameFolder() {
    try (RunningServer _ = startWell()) {
      assertRefused(start("127.0.0.1:0", "./data"), "data", "another server");

      velocity.run("set", "still", "here").mustSucceed();
      assertThat(velocity.run("get", "still").mustSucceed().out()).isEqualTo("here\n");
    }
  }

  @Test
  void anUnknownKeyInTheConfiguration() throws IOException {
    Files.writeString(
        velocity.folder().resolve("velocity.toml"), "[server]\nbind_adress = \"x\"\n");

    assertRefused(
        start("127.0.0.1:0", "./data"), "velocity.toml", "2", "bind_adress", "bind_address");
  }

  @Test
  void noTlsBeyondLoopback() {
    Command.Result result =
        velocity.run("db", "server", "--bind", "0.0.0.0:0", "--no-tls", "--data-dir", "./data");

    assertRefused(result, "tls", "loopback");
  }

  @Test
  void aDataFolderOfANewerFormat() throws IOException {
    try (RunningServer server = startWell()) {
      velocity.run("set", "still", "here").mustSucceed();
      assertThat(server.terminate()).isZero();
    }
    Path data = velocity.folder().resolve("data");
    List<Path> manifests = manifests(data);
    assertThat(manifests).isNotEmpty();
    for (Path manifest : manifests) {
      writeFormat(manifest, 3);
    }

    assertRefused(start("127.0.0.1:0", "./data"), "format 3", "newer release");
    assertThat(velocity.run("db", "verify", "--data-dir", "./data").mustEndWith(1).err())
        .contains("format 3", "newer release");

    for (Path manifest : manifests) {
      writeFormat(manifest, 2);
    }
    try (RunningServer server = startWell()) {
      assertThat(velocity.run("get", "still").mustSucceed().out()).isEqualTo("here\n");
      assertThat(server.terminate()).isZero();
    }
  }

  /** The files that have the format in their headers: the catalogue and the manifests. */
  private static List<Path> manifests(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.endsWith("MANIFEST") || file.endsWith("CATALOGUE"))
          .toList();
    }
  }

  /**
   * Changes the format in the header of a file, and its checksum with it: XXH64 of the 48 bytes
   * after the checksum, seeded by the salt.
   */
  private static void writeFormat(Path manifest, int format) throws IOException {
    byte[] bytes = Files.readAllBytes(manifest);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(header.getLong(0))
        .as("the checksum is understood")
        .isEqualTo(checksum(bytes, header));
    header.putInt(20, format);
    header.putLong(0, checksum(bytes, header));
    Files.write(manifest, bytes);
  }

  private static long checksum(byte[] bytes, ByteBuffer header) {
    return XXHashFactory.safeInstance().hash64().hash(bytes, 8, 48, header.getLong(24));
  }

  private RunningServer startWell() {
    return velocity.startServer(
        "data", "db", "server", "--bind", "127.0.0.1:0", "--data-dir", "./data");
  }

  private Command.Result start(String address, String dataDir) {
    return velocity.run("db", "server", "--bind", address, "--data-dir", dataDir);
  }

  private static void assertRefused(Command.Result result, String... words) {
    assertThat(result.exitCode()).as("%s", result).isIn(1, 2);
    // What it told of itself before is no error.
    assertThat(result.errorLines())
        .filteredOn(line -> !line.contains("Z INFO "))
        .as("%s", result)
        .hasSize(1);
    for (String word : words) {
      assertThat(result.err()).containsIgnoringCase(word);
    }
  }
}
