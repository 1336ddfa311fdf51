package io.velocitydb.cli.console;

import java.util.Locale;

/** Sizes for people who compare them at a glance: rounded, unlike those in settings. */
public final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Sizes() {}

  /** Three digits and a unit: {@code 1.5 MiB}. */
  public static String of(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000 && unit < UNITS.length - 1) {
      size /= 1024;
      unit++;
    }
    return unit == 0 || size >= 100
        ? Math.round(size) + " " + UNITS[unit]
        : String.format(Locale.ROOT, "%.1f %s", size, UNITS[unit]);
  }
}
