package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Engine;
import io.velocitydb.engine.EngineEnvironment;
import io.velocitydb.engine.EngineListener;
import io.velocitydb.engine.background.ThreadedBackground;
import io.velocitydb.engine.faults.FakeClock;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.vfs.RealVfs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
  @ValueSource(strings = "format-1")
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
}
