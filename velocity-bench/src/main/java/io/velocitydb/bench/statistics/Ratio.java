package io.velocitydb.bench.statistics;

import java.util.List;

/**
 * How much faster one of two things is, by pairs of rates measured next to each other. Rates
 * multiply rather than add, so means are geometric; the bound is Student's, of the logarithms.
 *
 * @param ours geometric mean of our rates
 * @param theirs geometric mean of their rates
 * @param ratio ours by theirs
 * @param low lower end of the interval that holds the ratio with a probability of 95 %; of a single
 *     pair 0
 * @param high its upper end; of a single pair infinite
 */
public record Ratio(double ours, double theirs, double ratio, double low, double high) {
  /** Two-sided 95 % quantiles of Student's distribution by degrees of freedom, from 1 on. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086
  };

  private static final double NORMAL = 1.96;

  /** Of as many rates on either side, above 0; the i-th of both make a pair. */
  public static Ratio of(List<Double> ours, List<Double> theirs) {
    int pairs = ours.size();
    if (pairs == 0 || theirs.size() != pairs) {
      throw new IllegalArgumentException("pairs of rates are needed");
    }
    double sumOurs = 0;
    double sumTheirs = 0;
    for (int i = 0; i < pairs; i++) {
      sumOurs += Math.log(ours.get(i));
      sumTheirs += Math.log(theirs.get(i));
    }
    double mean = (sumOurs - sumTheirs) / pairs;
    double squares = 0;
    for (int i = 0; i < pairs; i++) {
      double deviation = Math.log(ours.get(i) / theirs.get(i)) - mean;
      squares += deviation * deviation;
    }
    double bound =
        pairs == 1
            ? Double.POSITIVE_INFINITY
            : quantile(pairs - 1) * Math.sqrt(squares / (pairs - 1) / pairs);
    return new Ratio(
        Math.exp(sumOurs / pairs),
        Math.exp(sumTheirs / pairs),
        Math.exp(mean),
        Math.exp(mean - bound),
        Math.exp(mean + bound));
  }

  private static double quantile(int degreesOfFreedom) {
    return degreesOfFreedom <= STUDENT.length ? STUDENT[degreesOfFreedom - 1] : NORMAL;
  }
}
