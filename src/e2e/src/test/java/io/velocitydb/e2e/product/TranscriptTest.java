package io.velocitydb.e2e.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the tests read out of a page of documentation, and when they take a command's output for the
 * page's.
 */
final class TranscriptTest {

  private static final String PAGE =
      """
      Text.

      ```console
      $ velocity get a
      1
      $ velocity ping
      ... in ... ms
      second line
      ```

      ```sh
      not a transcript
      ```

      ```console
      $ velocity set a 2
      ```
      """;

  @Test
  void commandsAndTheirOutputAreReadInOrder() {
    assertThat(Transcript.of(PAGE).steps())
        .containsExactly(
            new Transcript.Step("velocity get a", List.of("1")),
            new Transcript.Step("velocity ping", List.of("... in ... ms", "second line")),
            new Transcript.Step("velocity set a 2", List.of()));
  }

  @Test
  void outputMustBeAsShownLineForLine() {
    Transcript.Step get = Transcript.of(PAGE).steps().get(0);

    assertThat(get.accepts("1\n")).isTrue();
    assertThat(get.accepts("11\n")).isFalse();
    assertThat(get.accepts("1\nwarning\n")).isFalse();
    assertThat(get.accepts("")).isFalse();
  }

  @Test
  void dotsStandForAnyTextWithinALine() {
    Transcript.Step ping = Transcript.of(PAGE).steps().get(1);

    assertThat(ping.accepts("127.0.0.1:2005 in 0.4 ms\nsecond line")).isTrue();
    assertThat(ping.accepts("127.0.0.1:2005 in 0.4\nsecond line")).isFalse();
    assertThat(ping.isFoundIn("first\nx in y ms\nother\nsecond line\n")).isTrue();
    assertThat(ping.isFoundIn("first\nsecond line\n")).isFalse();
  }

  @Test
  void aCommandWithoutShownOutputMustPrintNothing() {
    assertThat(Transcript.of(PAGE).steps().get(2).accepts("")).isTrue();
    assertThat(Transcript.of(PAGE).steps().get(2).accepts("OK")).isFalse();
  }
}
