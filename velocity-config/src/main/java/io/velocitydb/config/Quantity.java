package io.velocitydb.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes ({@code "64MiB"}) and durations ({@code "1m30s"}) as people write them. */
public final class Quantity {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]*)");
  private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,18})(ms|s|m|h|d)");

  private static final Map<String, Long> SIZE_UNITS =
      Map.of(
          "", 1L,
          "b", 1L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L);

  private static final Map<String, Duration> DURATION_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Quantity() {}

  /**
   * Reads a size: a bare number of bytes, or a number with B, KiB, MiB, GiB, TiB (powers of 1024),
   * KB, MB, GB or TB (powers of 1000).
   *
   * @return bytes
   * @throws IllegalArgumentException if it is not a size or passes 2^63-1 bytes
   */
  public static long bytes(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
    if (matcher.matches()) {
      Long unit = SIZE_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
      if (unit != null) {
        try {
          return new BigDecimal(matcher.group(1))
              .multiply(BigDecimal.valueOf(unit))
              .longValueExact();
        } catch (ArithmeticException e) {
          throw new IllegalArgumentException(
              "\"" + text + "\" is not a whole number of bytes below 2^63", e);
        }
      }
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a size such as \"64MiB\"");
  }

  /**
   * Reads a duration: parts of whole ms, s, m, h or d, as {@code "90s"} or {@code "1d12h"}; a bare
   * whole number counts {@code unit}s.
   *
   * @throws IllegalArgumentException if it is not a duration
   */
  public static Duration duration(String text, Duration unit) {
    String stripped = text.strip();
    try {
      if (!stripped.isEmpty() && stripped.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Duration.ofMillis(unit.multipliedBy(Long.parseLong(stripped)).toMillis());
      }
      Matcher matcher = DURATION_PART.matcher(stripped);
      Duration sum = Duration.ZERO;
      int end = 0;
      while (matcher.find() && matcher.start() == end) {
        sum =
            sum.plus(
                DURATION_UNITS
                    .get(matcher.group(2))
                    .multipliedBy(Long.parseLong(matcher.group(1))));
        end = matcher.end();
      }
      if (end == stripped.length() && end > 0) {
        // Through milliseconds, so that what would overflow later overflows here.
        return Duration.ofMillis(sum.toMillis());
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is too long a duration", e);
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a duration such as \"5s\"");
  }

  /** Writes bytes with the largest unit that keeps them whole: 67108864 is {@code 64MiB}. */
  public static String formatBytes(long bytes) {
    String[] units = {"TiB", "GiB", "MiB", "KiB"};
    long size = 1L << 40;
    for (String unit : units) {
      if (bytes != 0 && bytes % size == 0) {
        return bytes / size + unit;
      }
      size >>= 10;
    }
    return Long.toString(bytes);
  }

  /**
   * Writes a duration with the largest unit that keeps it whole: 90 seconds are {@code 90s}, 120
   * are {@code 2m}.
   */
  public static String formatDuration(Duration duration) {
    for (String unit : new String[] {"d", "h", "m", "s"}) {
      long length = DURATION_UNITS.get(unit).toMillis();
      if (!duration.isZero() && duration.toMillis() % length == 0) {
        return duration.toMillis() / length + unit;
      }
    }
    return duration.toMillis() + "ms";
  }
}
