package io.velocitydb.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code db verify} on the files of a server that does not run. */
class DbVerifyTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void aFolderThatAServerLeft() {
    LocalServer.home(folder.resolve("home"));
    data = folder.resolve("velocitydb");
    try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
      Database database = engine.openOrCreate("default");
      for (int i = 0; i < 1_000; i++) {
        database.put(utf8("key" + i), utf8("value" + i));
      }
    }
  }

  @AfterEach
  void theOldHome() {
    LocalServer.restoreHome();
  }

  @Test
  void aCleanFolderIsClean() throws IOException {
    Map<String, Long> before = files();

    Result result = run("db", "verify");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).startsWith("DATABASE").contains("(all)", "clean");
    assertThat(run("db", "verify", "--data-dir", "velocitydb", "--output", "json").out())
        .contains("\"clean\" : true");
    assertThat(files()).as("nothing was changed").isEqualTo(before);
  }

  @Test
  void aFlippedByteIsFoundAndNamed() throws IOException {
    Path log = largestFile();
    byte[] bytes = Files.readAllBytes(log);
    bytes[1_000] ^= 0x40;
    Files.write(log, bytes);

    Result result = run("db", "verify");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err())
        .contains(log.getFileName().toString(), "problems found; restore from a backup");
    assertThat(run("db", "verify", "--output", "json").out()).contains("\"clean\" : false");
  }

  @Test
  void oneDatabaseIsVerifiedAlone() throws IOException {
    try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
      engine.createDatabase("other").put(utf8("a"), utf8("b"));
    }
    Path table;
    try (Stream<Path> files = Files.walk(data)) {
      table = files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(table);
    bytes[1_000] ^= 0x40;
    Files.write(table, bytes);

    assertThat(run("db", "verify", "other").exitCode()).isZero();
    assertThat(run("db", "verify", "default").exitCode()).isEqualTo(1);
    Result missing = run("db", "verify", "nothing");
    assertThat(missing.exitCode()).isEqualTo(3);
    assertThat(missing.err()).contains("there is no database \"nothing\"");
  }

  @Test
  void aFolderWithoutDataIsNotFound() throws IOException {
    Files.createDirectories(folder.resolve("empty"));

    Result result = run("db", "verify", "--data-dir", "empty");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("is no data directory");
    assertThat(run("db", "verify", "--data-dir", "nowhere").exitCode()).isEqualTo(4);
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void aFolderInUseIsLeftAlone() {
    try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
      assertThat(engine.databases()).contains("default");
      Result result = run("db", "verify");

      assertThat(result.exitCode()).isEqualTo(4);
      assertThat(result.err()).contains("is in use by another process");
    }
  }

  @Test
  void allOtherCommandsNeedARunningServer() {
    for (List<String> command :
        List.of(
            List.of("db", "list"),
            List.of("db", "stats"),
            List.of("get", "k"),
            List.of("export"))) {
      assertThat(run(command.toArray(String[]::new)).exitCode())
          .as(command.toString())
          .isEqualTo(4);
    }
  }

  private Path largestFile() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  file.toString().contains("default") || file.toString().matches(".*\\.(wal|log)"))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  private Map<String, Long> files() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(data)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> sizes.put(data.relativize(file).toString(), file.toFile().length()));
    }
    return sizes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Result run(String... arguments) {
    return new CommandLineUnderTest(folder).run(arguments);
  }
}
