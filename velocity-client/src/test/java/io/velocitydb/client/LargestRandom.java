package io.velocitydb.client;

import java.util.random.RandomGenerator;

/** Always the largest number allowed, so that every pause is as long as it can be. */
final class LargestRandom implements RandomGenerator {

  @Override
  public long nextLong() {
    return Long.MAX_VALUE;
  }

  @Override
  public long nextLong(long bound) {
    return bound - 1;
  }
}
