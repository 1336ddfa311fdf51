package io.velocitydb.protocol;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in words, as all SDKs take them: {@code "2h"}, {@code "90s"}, {@code "1d12h"}. */
public final class Durations {
  private static final Pattern WHOLE = Pattern.compile("(?:\\d{1,18}(?:ms|s|m|h|d|w))+");
  private static final Pattern PART = Pattern.compile("(\\d+)(ms|s|m|h|d|w)");

  private Durations() {}

  /**
   * Reads whole numbers, each with a unit ({@code ms}, {@code s}, {@code m} for minutes, {@code h},
   * {@code d} of 24 hours, {@code w}), added up. Space around the text is ignored.
   *
   * @throws IllegalArgumentException if the text is not of that form, or passes 2^63-1 milliseconds
   */
  public static Duration parse(String text) {
    String stripped = text.strip();
    if (!WHOLE.matcher(stripped).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a duration; write it like 500ms, 90s, 15m, 2h, 1d12h or 4w");
    }
    Duration sum = Duration.ZERO;
    try {
      for (Matcher part = PART.matcher(stripped); part.find(); ) {
        sum = sum.plus(part(Long.parseLong(part.group(1)), part.group(2)));
      }
      // Through milliseconds, so that what would overflow later overflows here.
      return Duration.ofMillis(sum.toMillis());
    } catch (ArithmeticException tooLong) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is longer than a duration can be", tooLong);
    }
  }

  private static Duration part(long number, String unit) {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.of(number, ChronoUnit.DAYS);
      default -> Duration.of(Math.multiplyExact(number, 7), ChronoUnit.DAYS);
    };
  }

  /** The text that {@link #parse} reads back as the same milliseconds; {@code "0ms"} for zero. */
  public static String format(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toDaysPart(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0ms" : text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number != 0) {
      text.append(number).append(unit);
    }
  }
}
