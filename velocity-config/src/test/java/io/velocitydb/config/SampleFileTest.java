package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The settings file that a release brings: every key, commented out, with its default and its
 * sentence.
 */
class SampleFileTest {
  private static final Path SAMPLE = Path.of("../src/dist/velocity.toml");

  @TempDir Path folder;

  @Test
  void asItIsItChangesNothing() throws Exception {
    Settings settings = load(SAMPLE);

    assertThat(Keys.all())
        .allSatisfy(key -> assertThat(settings.origin(key)).isEqualTo(new Origin.Default()));
  }

  @Test
  void everyKeyIsThereWithItsDefault() throws Exception {
    Path all = folder.resolve("all.toml");
    Files.writeString(all, Files.readString(SAMPLE).replaceAll("(?m)^#(?=[a-z])", ""));

    Settings settings = load(all);

    for (ConfigKey<?> key : Keys.all()) {
      assertThat(settings.origin(key)).as(key.name()).isInstanceOf(Origin.File.class);
      assertThat(settings.get(key)).as(key.name()).isEqualTo(key.defaultValue());
    }
  }

  @Test
  void everyKeyIsExplained() throws IOException {
    List<String> lines = Files.readAllLines(SAMPLE);

    assertThat(Keys.all()).allSatisfy(key -> assertThat(lines).contains("# " + key.doc()));
  }

  private static Settings load(Path file) throws ConfigException {
    return ConfigLoader.load(
        new ConfigLoader.Sources(Map.of(), Optional.of(file), List.of(), Map.of()));
  }
}
