package io.velocitydb.bench.statistics;

import java.util.Locale;
import java.util.Map;

/** Figures as the tables and files of all comparisons show them. */
public final class Display {
  private Display() {}

  /** A ratio, with its interval where it has one. */
  public static String ratio(Ratio ratio) {
    return Double.isFinite(ratio.high())
        ? String.format(
            Locale.ROOT, "%.2f (%.2f to %.2f)", ratio.ratio(), ratio.low(), ratio.high())
        : String.format(Locale.ROOT, "%.2f", ratio.ratio());
  }

  /** Three digits at least; a hyphen for what is not known. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return String.format(
        Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }

  /** Puts a figure into what becomes JSON, if it is known. */
  public static void putKnown(Map<String, Object> into, String name, double value) {
    if (Double.isFinite(value)) {
      into.put(name, value);
    }
  }
}
