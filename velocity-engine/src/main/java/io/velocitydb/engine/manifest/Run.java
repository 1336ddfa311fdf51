package io.velocitydb.engine.manifest;

import io.velocitydb.engine.sstable.SortedRun;

/**
 * A sorted run and its place in the tree. Runs of a lower tier are newer than those of a higher
 * one; within a tier a higher number is newer.
 *
 * @param tier 0 to 255; flushes write tier 0
 * @param number unique among the runs of a database
 * @param tables its tables in key order
 */
public record Run(int tier, long number, SortedRun tables) implements Comparable<Run> {
  public Run {
    if (tier < 0 || tier > 255) {
      throw new IllegalArgumentException("tier " + tier);
    }
  }

  /** Newest first. */
  @Override
  public int compareTo(Run other) {
    return tier != other.tier
        ? Integer.compare(tier, other.tier)
        : Long.compare(other.number, number);
  }
}
