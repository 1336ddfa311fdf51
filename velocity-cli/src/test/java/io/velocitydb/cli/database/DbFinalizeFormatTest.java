package io.velocitydb.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.cli.CommandLineUnderTest;
import io.velocitydb.cli.CommandLineUnderTest.Result;
import io.velocitydb.cli.LocalServer;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code db finalize-format} on the files of a server that does not run. */
class DbFinalizeFormatTest {
  private static final Path OLD = Path.of("../velocity-engine/src/test/resources/format-1");

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void aFolderOfFormat1() throws IOException {
    LocalServer.home(folder.resolve("home"));
    data = folder.resolve("velocitydb");
    try (Stream<Path> files = Files.walk(OLD)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = data.resolve(OLD.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  @AfterEach
  void theOldHome() {
    LocalServer.restoreHome();
  }

  @Test
  void anOldFolderGetsTheNewFormatOnce() {
    Result raised = run("db", "finalize-format");
    assertThat(raised.err()).isEmpty();
    assertThat(raised.out()).contains("have format 2 now; before they had 1");
    assertThat(run("db", "finalize-format").out()).contains("have format 2 already");
    assertThat(run("db", "finalize-format", "--output", "json").out())
        .contains("\"format_before\" : 2", "\"format\" : 2");
    assertThat(run("db", "verify").exitCode()).isZero();
    try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
      assertThat(engine.format()).isEqualTo(2);
      assertThat(engine.databases()).isEqualTo(List.of("empty", "first", "second"));
    }
  }

  @Test
  void aFolderInUseOrWithoutDataIsLeftAlone() throws IOException {
    try (Engine engine = Engine.open(data, EngineOptions.defaults())) {
      Result result = run("db", "finalize-format");
      assertThat(result.exitCode()).isEqualTo(4);
      assertThat(result.err()).contains("is in use by another process");
      assertThat(engine.format()).isEqualTo(1);
    }
    Files.createDirectories(folder.resolve("empty"));
    Result empty = run("db", "finalize-format", "--data-dir", "empty");
    assertThat(empty.exitCode()).isEqualTo(3);
    assertThat(empty.err()).contains("is no data directory");
    assertThat(folder.resolve("empty")).isEmptyDirectory();
  }

  private Result run(String... arguments) {
    return new CommandLineUnderTest(folder).run(arguments);
  }
}
