package io.velocitydb.bench.redis;

/** What is asked of Velocity: a floor that must hold, and what is wanted. */
sealed interface Target {
  /** A share of what the generator reaches with nothing behind. */
  record OfCeiling(double floor, double wanted) implements Target {}

  /** Times Redis' rate. */
  record TimesRedis(double floor, double wanted) implements Target {}

  /**
   * Times Redis' rate; wanted is that, or so much of the ceiling if this is less.
   *
   * @param wantedOfCeiling a share
   */
  record TimesRedisOrCeiling(double floor, double wanted, double wantedOfCeiling)
      implements Target {}

  /** Operations a second, whatever Redis does. */
  record Rate(double floor) implements Target {}

  /** The 99th percentile at half of the peak load, in milliseconds: at most. */
  record HalfLoadP99(double floor, double wanted) implements Target {}

  /** A share of Velocity's own rate in plaintext. */
  record OfPlaintext(double floor) implements Target {}
}
