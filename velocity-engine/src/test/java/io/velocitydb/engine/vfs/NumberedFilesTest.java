package io.velocitydb.engine.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are named by numbers. */
class NumberedFilesTest {
  private static final NumberedFiles FILES = new NumberedFiles(".velo");

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 99_999_999, 100_000_000, 999_999_999_999_999_999L})
  void aNumberIsFoundInTheNameThatItGave(long number) {
    String name = FILES.path(Path.of("dir"), number).getFileName().toString();
    assertThat(name.length()).isGreaterThanOrEqualTo("00000000.velo".length());
    assertThat(FILES.number(name)).hasValue(number);
  }

  @Test
  void zerosMakeAWidthOfEightDigits() {
    assertThat(FILES.path(Path.of("dir"), 42)).isEqualTo(Path.of("dir", "00000042.velo"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".velo",
        "0000042.velo",
        "00000042.wal",
        "00000042.velo2",
        "00000042velo",
        "+0000042.velo",
        "-0000042.velo",
        "0000004a.velo",
        "0000 042.velo",
        "\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661.velo",
        "1000000000000000000.velo"
      })
  void otherNamesAreOfAnotherKind(String name) {
    assertThat(FILES.number(name)).isEmpty();
  }
}
