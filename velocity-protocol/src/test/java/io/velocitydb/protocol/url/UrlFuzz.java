package io.velocitydb.protocol.url;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text is a URL, or refused in one line that repeats no password. */
final class UrlFuzz {

  @FuzzTest
  void anyTextIsAUrlOrRefusedInOneLine(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      VelocityUrl url = VelocityUrl.parse(text);
      assertThat(url.endpoints()).isNotEmpty();
      assertThat(url.endpoints())
          .allSatisfy(
              endpoint -> {
                assertThat(endpoint.host()).isNotEmpty();
                assertThat(endpoint.port()).isBetween(0, 65_535);
              });
      assertThat(url.database()).isNotEmpty();
      url.password()
          .filter(password -> !password.isEmpty())
          .ifPresent(password -> assertThat(url.toString()).doesNotContain(":" + password + "@"));
      assertThat(VelocityUrl.parseLenient(text)).isEqualTo(url);
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }
}
