package io.velocitydb.bench.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * The order of measurements: A B, B A, A B, ... so that what drifts (temperature, a disk that
 * fills, other programs) meets both alike.
 */
public final class Turns {
  private Turns() {}

  /** {@code pairs} pairs of {@code a} and {@code b}, every other one turned round. */
  public static <T> List<T> of(T a, T b, int pairs) {
    List<T> turns = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      turns.add(i % 2 == 0 ? a : b);
      turns.add(i % 2 == 0 ? b : a);
    }
    return turns;
  }
}
