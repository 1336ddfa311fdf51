package io.velocitydb.server.resp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobPatternTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "a*, abc, true",
    "a*, ba, false",
    "*c, abc, true",
    "a*c*e, abcde, true",
    "a*c*e, abcd, false",
    "a**b, ab, true",
    "h?llo, hello, true",
    "h?llo, hllo, false",
    "h[ae]llo, hallo, true",
    "h[^e]llo, hello, false",
    "h[^e]llo, hallo, true",
    "h[a-c]llo, hbllo, true",
    "h[c-a]llo, hbllo, true",
    "h[a-c]llo, hdllo, false",
    "a\\*b, a*b, true",
    "a\\*b, axb, false",
    "a[\\]]b, a]b, true",
    "a[b, ab, true",
    "'', '', true",
    "'', a, false",
    "a, '', false",
  })
  void matchesAsRedisDoes(String pattern, String text, boolean matches) {
    assertThat(new GlobPattern(bytes(pattern)).matches(bytes(text))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({"user:*, user:", "user\\:[12]*, user:", "*, ''", "plain, plain", "a\\*b?, a*b"})
  void knowsWhatEveryMatchBeginsWith(String pattern, String prefix) {
    assertThat(new GlobPattern(bytes(pattern)).literalPrefix()).isEqualTo(bytes(prefix));
  }

  @Test
  void manyStarsAreNoAttack() {
    GlobPattern pattern = new GlobPattern(bytes("*a".repeat(500) + "b"));
    assertThat(pattern.matches(bytes("a".repeat(60_000)))).isFalse();
  }
}
