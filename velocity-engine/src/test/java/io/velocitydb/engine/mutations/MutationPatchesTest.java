package io.velocitydb.engine.mutations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mutations of {@code velocity-engine/mutations} fit the engine as it is. */
class MutationPatchesTest {
  private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

  static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/mutations"))) {
      List<Path> patches = files.filter(file -> file.toString().endsWith(".patch")).toList();
      assertThat(patches).hasSizeGreaterThan(10);
      return patches;
    }
  }

  @ParameterizedTest
  @MethodSource("patches")
  void everyPatchFits(Path patch) throws IOException {
    String source = "";
    StringBuilder before = new StringBuilder();
    List<String> hunks = new ArrayList<>();
    for (String line : Files.readAllLines(patch)) {
      if (line.startsWith("--- a/")) {
        source = Files.readString(REPOSITORY.resolve(line.substring("--- a/".length())));
      } else if (line.startsWith("@@")) {
        before.setLength(0);
        hunks.add("");
      } else if (!hunks.isEmpty() && (line.startsWith(" ") || line.startsWith("-"))) {
        before.append(line, 1, line.length()).append('\n');
        hunks.set(hunks.size() - 1, before.toString());
      }
    }
    assertThat(hunks).isNotEmpty();
    assertThat(source).contains(hunks);
  }
}
