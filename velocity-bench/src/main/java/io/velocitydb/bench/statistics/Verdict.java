package io.velocitydb.bench.statistics;

/** Whether a target is met, and how sure that is. */
public enum Verdict {
  /** By the whole of the interval. */
  YES("yes"),
  /** By the mean alone. */
  LIKELY("yes?"),
  /** Missed by the mean, but the interval does not exclude it. */
  UNLIKELY("no?"),
  /** Missed by the whole of the interval. */
  NO("no"),
  /** There is no target. */
  NONE("-");

  private final String label;

  Verdict(String label) {
    this.label = label;
  }

  /** As tables and files show it. */
  public String label() {
    return label;
  }

  /** Of a figure that is to be {@code wanted} or more, given its mean and its interval. */
  public static Verdict atLeast(double wanted, double mean, double low, double high) {
    if (mean >= wanted) {
      return low >= wanted ? YES : LIKELY;
    }
    return high < wanted ? NO : UNLIKELY;
  }

  /** Of a figure that is to be {@code wanted} or less. */
  public static Verdict atMost(double wanted, double mean, double low, double high) {
    return atLeast(-wanted, -mean, -high, -low);
  }
}
