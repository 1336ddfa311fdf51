package io.velocitydb.cli.keyvalue;

import io.velocitydb.protocol.Durations;
import java.time.Duration;
import java.util.Optional;

/** A remaining time for people: to the second, and to the millisecond only near its end. */
final class TimeLeft {
  private static final Duration NEAR = Duration.ofSeconds(10);

  private TimeLeft() {}

  /** {@code 1h59m58s}, {@code 4s250ms}, or {@code none} where there is no end. */
  static String shown(Optional<Duration> left, String none) {
    return left.map(
            time ->
                Durations.format(
                    time.compareTo(NEAR) < 0 ? time : Duration.ofSeconds(time.toSeconds())))
        .orElse(none);
  }
}
