package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.RealVfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of every format that was released must open for ever. */
class OldFormatTest {
  @TempDir Path folder;

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"format-1", "format-2"})
  void aDirectoryOfAnOldFormatOpensReadsAndTakesWrites(String format) throws Exception {
    Path directory = folder.resolve("data");
    copy(Path.of("src/test/resources", format), directory);
    NativeMemory memory = new NativeMemory();
    try (ThreadedBackground background = new ThreadedBackground()) {
      EngineEnvironment environment =
          new EngineEnvironment(
              RealVfs.system(),
              new FakeClock(FormatDirectory.TIME + 2_000),
              memory,
              background,
              EngineListener.NONE);
      try (Engine engine = Engine.open(directory, FormatDirectory.options(), environment)) {
        FormatDirectory.check(engine);
      }
      byte[] key = "added by this release".getBytes(StandardCharsets.UTF_8);
      try (Engine engine = Engine.open(directory, FormatDirectory.options(), environment)) {
        FormatDirectory.check(engine);
        Database database = engine.database("first");
        database.put(key, key);
        database.flush();
        database.compact();
        assertThat(database.get(key)).isPresent();
        database.delete(key);
        FormatDirectory.check(engine);
      }
    }
    assertThat(memory.allocated()).isZero();
  }

  @Test
  void aDirectoryOfFormat1StaysSoUntilItIsFinalized() throws Exception {
    Path directory = folder.resolve("data");
    copy(Path.of("src/test/resources", "format-1"), directory);
    byte[] key = "large".getBytes(StandardCharsets.UTF_8);
    try (Engine engine = Engine.open(directory, FormatDirectory.options())) {
      assertThat(engine.format()).isEqualTo(1);
      Database database = engine.database("first");
      database.put(key, new byte[100_000]);
      database.flush();
      database.compact();
      assertThat(engine.createDatabase("new").get(key)).isEmpty();
      assertThat(blobFiles(directory)).isEmpty();
      database.put(key, new byte[1 << 20]);
      assertThatExceptionOfType(EngineException.class)
          .isThrownBy(() -> database.put(key, new byte[(1 << 20) + 1]))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(EngineException.Kind.TOO_LARGE))
          .withMessageContaining("finalize-format");
      database.put(key, new byte[100_000]);
    }
    try (Engine engine = Engine.open(directory, FormatDirectory.options())) {
      assertThat(engine.format()).isEqualTo(1);
      engine.finalizeFormat();
      assertThat(engine.format()).isEqualTo(2);
      Database database = engine.database("first");
      database.compact();
      database.put("larger".getBytes(StandardCharsets.UTF_8), new byte[2 << 20]);
      assertThat(blobFiles(directory)).isNotEmpty();
      assertThat(database.get(key).orElseThrow().value()).isEqualTo(new byte[100_000]);
    }
    try (Engine engine = Engine.open(directory, FormatDirectory.options())) {
      assertThat(engine.format()).isEqualTo(2);
      engine.finalizeFormat();
      assertThat(engine.database("first").get(key).orElseThrow().value())
          .isEqualTo(new byte[100_000]);
      assertThat(engine.verify().problems()).isEmpty();
    }
  }

  private static List<Path> blobFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".blob")).toList();
    }
  }
}
