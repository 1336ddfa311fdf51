package io.velocitydb.bench.linearizability.checker;

import java.util.List;

/** What a checker says of a history. */
public sealed interface Verdict {
  /**
   * An order explains all answers.
   *
   * @param operations how many there are
   * @param partitions in how many parts they were judged
   */
  record Linearizable(int operations, int partitions) implements Verdict {}

  /**
   * No order explains all answers.
   *
   * @param keys of the part in which it shows
   * @param report what is wrong, for people: several lines
   */
  record Violation(List<String> keys, String report) implements Verdict {}

  /**
   * No violation was found, but some parts took more work than allowed.
   *
   * @param keys of the first of these parts
   * @param parts how many they are
   */
  record Undecided(List<String> keys, int parts) implements Verdict {}
}
