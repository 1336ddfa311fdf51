package io.velocitydb.bench.engine.workload;

/**
 * Ranks by Zipf's law: rank i with a probability proportional to 1 / (i + 1)^exponent. The method
 * is that of J. Gray, P. Sundaresan, S. Englert, K. Baclawski, P. J. Weinberger, "Quickly
 * Generating Billion-Record Synthetic Databases", SIGMOD 1994, section 3.2, which YCSB uses too.
 * Immutable.
 */
final class Zipfian {
  private final long items;
  private final double exponent;
  private final double zeta;
  private final double alpha;
  private final double eta;

  /**
   * @param items number of ranks, at least 2
   * @param exponent above 0 and below 1
   */
  Zipfian(long items, double exponent) {
    this.items = items;
    this.exponent = exponent;
    zeta = zeta(items, exponent);
    alpha = 1 / (1 - exponent);
    eta = (1 - Math.pow(2.0 / items, 1 - exponent)) / (1 - zeta(2, exponent) / zeta);
  }

  private static double zeta(long items, double exponent) {
    double sum = 0;
    for (long i = 1; i <= items; i++) {
      sum += 1 / Math.pow((double) i, exponent);
    }
    return sum;
  }

  /** The probability of a rank. */
  double probability(long rank) {
    return 1 / Math.pow((double) (rank + 1), exponent) / zeta;
  }

  /** The rank, from 0 on, of a number drawn uniformly from [0, 1). */
  long rank(double uniform) {
    double uz = uniform * zeta;
    if (uz < 1) {
      return 0;
    }
    if (uz < 1 + Math.pow(0.5, exponent)) {
      return 1;
    }
    return Math.min(items - 1, (long) (items * Math.pow(eta * uniform - eta + 1, alpha)));
  }
}
