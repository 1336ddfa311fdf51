package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.velocitydb.protocol.Role;
import io.velocitydb.server.lifecycle.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The clients that Node.js programs use work as they are. npm installs those of {@code
 * src/test/node/package-lock.json} into {@code target}, once.
 */
final class RespNodeClientsIT {
  private static final Path SOURCES = Path.of("src/test/node");
  private static final Path INSTALLED = Path.of("target/node-clients");
  private static final String SCRIPT = "clients.mjs";
  private static final String LOCK = "package-lock.json";

  private static final Pattern VERSION = Pattern.compile("^v(\\d+)\\.");
  private static final Pattern NO_NETWORK =
      Pattern.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH");

  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(hasNode(), "needs Node.js 20 or newer with npm");
    install();
    server =
        TestServer.start(
            folder,
            Map.of(
                "server.enable_tls", "false",
                "security.allow_plaintext_auth", "true",
                "server.resp_databases", "default,other",
                "server.resp_bind_address", "127.0.0.1:0"));
    server.createUser("ann", Role.READWRITE);
    server.createDatabase("other");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static boolean hasNode() throws Exception {
    if (!RedisServer.isInstalled("node") || !RedisServer.isInstalled("npm")) {
      return false;
    }
    Files.createDirectories(INSTALLED);
    Matcher version = VERSION.matcher(run("node", "--version").output);
    return version.find() && Integer.parseInt(version.group(1)) >= 20;
  }

  private static void install() throws Exception {
    copy(SCRIPT);
    Path stamp = INSTALLED.resolve("installed-lock.json");
    if (Files.exists(stamp) && Files.mismatch(stamp, SOURCES.resolve(LOCK)) < 0) {
      return;
    }
    copy("package.json");
    copy(LOCK);
    Ended npm =
        run(
            "npm",
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--fetch-retries=1",
            "--loglevel=error");
    assumeTrue(
        npm.code == 0 || !NO_NETWORK.matcher(npm.output).find(), "needs the registry of npm once");
    assertThat(npm.code).as("npm ci: %s", npm.output).isZero();
    Files.copy(SOURCES.resolve(LOCK), stamp, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void copy(String file) throws IOException {
    Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /** What became of a program. */
  private record Ended(int code, String output) {}

  private static Ended run(String... command) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
      String said = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ended; it said: %s", command[0], said).isTrue();
      return new Ended(process.exitValue(), said);
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"node-redis RESP2", "node-redis RESP3", "ioredis RESP2", "ioredis RESP3"})
  void worksAsItIs(String client) throws Exception {
    String port = String.valueOf(server.respAddress().getPort());
    Ended node = run("node", SCRIPT, client, port);
    assertThat(node.output).contains(client + " works");
    assertThat(node.code).as(node.output).isZero();
  }
}
