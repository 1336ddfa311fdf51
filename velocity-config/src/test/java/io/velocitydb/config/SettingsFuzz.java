package io.velocitydb.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Any file is settings, or refused with lines that name it. */
final class SettingsFuzz {
  private static final Path FILE = file();

  private static Path file() {
    try {
      Path file = Files.createTempFile("velocity-fuzz", ".toml");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @FuzzTest
  void anyFileIsSettingsOrRefusedWithItsName(byte[] data) throws IOException {
    Files.write(FILE, data);
    try {
      Settings settings =
          ConfigLoader.load(
              new ConfigLoader.Sources(Map.of(), Optional.of(FILE), List.of(), Map.of()));
      for (ConfigKey<?> key : Keys.all()) {
        assertThat(settings.text(key)).isNotNull();
      }
    } catch (ConfigException refused) {
      assertThat(refused.getMessage()).contains(FILE.getFileName().toString());
    }
  }
}
