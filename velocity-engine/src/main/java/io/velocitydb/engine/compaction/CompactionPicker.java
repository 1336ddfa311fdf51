package io.velocitydb.engine.compaction;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what to merge: tiered compaction. A run belongs to tier n when it is threshold^n times as
 * large as a flushed memtable; once a tier has {@code threshold} runs they are merged into one of
 * the next tier. So an entry is rewritten once for each tier, and the number of runs grows with the
 * logarithm of the data. Pure: the same tree gives the same answer.
 */
public final class CompactionPicker {
  private CompactionPicker() {}

  /**
   * The next merge, if one is due.
   *
   * @param newestFirst every run of the tree
   * @param threshold runs of one tier that are merged, at least 2
   * @param flushBytes usual size of a flushed memtable
   */
  public static Optional<CompactionJob> pick(
      List<SortedRun> newestFirst, int threshold, long flushBytes) {
    if (threshold < 2) {
      throw new IllegalArgumentException("a compaction threshold of " + threshold);
    }
    int runs = newestFirst.size();
    int first = 0;
    int tier = 0;
    for (int i = 0; i < runs; i++) {
      // A small run below larger ones counts as large: runs can only be merged with neighbours.
      int own = Math.max(tier, tier(newestFirst.get(i).bytes(), threshold, flushBytes));
      if (own > tier) {
        if (i - first >= threshold) {
          return Optional.of(new CompactionJob(first, i - first, false));
        }
        first = i;
        tier = own;
      }
    }
    return runs - first >= threshold
        ? Optional.of(new CompactionJob(first, runs - first, true))
        : Optional.empty();
  }

  /**
   * A merge that makes fewer runs of too many, whatever their tiers: of those that follow each
   * other the ones that are most alike in size. What a merge costs is all that it writes; what it
   * gains is that all but the largest of its runs are done with for longer. So the runs are taken
   * with the least of the former for each byte of the latter.
   *
   * @param newestFirst every run of the tree
   * @param most runs that may stay, at least 1
   */
  public static Optional<CompactionJob> fewer(List<SortedRun> newestFirst, int most) {
    int runs = newestFirst.size();
    if (runs <= most) {
      return Optional.empty();
    }
    CompactionJob best = null;
    double bestCost = Double.POSITIVE_INFINITY;
    for (int first = 0; first < runs - 1; first++) {
      double largest = newestFirst.get(first).bytes();
      double sum = largest;
      for (int i = first + 1; i < runs; i++) {
        double bytes = newestFirst.get(i).bytes();
        sum += bytes;
        largest = Math.max(largest, bytes);
        double cost = sum / (sum - largest);
        if (best == null || cost < bestCost) {
          best = new CompactionJob(first, i - first + 1, i == runs - 1);
          bestCost = cost;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static int tier(long bytes, int threshold, long flushBytes) {
    int tier = 0;
    // Half a step up: merging several runs that overlap gives a little less than their sum.
    double limit = flushBytes * (threshold + 1) / 2.0;
    while (bytes > limit) {
      tier++;
      limit *= threshold;
    }
    return tier;
  }

  /** Merges everything into one run; empty when there is nothing to gain. */
  public static Optional<CompactionJob> all(List<SortedRun> newestFirst) {
    return newestFirst.isEmpty()
        ? Optional.empty()
        : Optional.of(new CompactionJob(0, newestFirst.size(), true));
  }

  /**
   * The tables that can be dropped as they are: every entry is a value that has expired for every
   * reader, and no older table has a key in common, which would show again.
   *
   * @param earliestTimeMs the earliest time by which a live snapshot, or a new one, judges expiry
   */
  public static List<TableInfo> expired(List<SortedRun> newestFirst, long earliestTimeMs) {
    List<TableInfo> droppable = new ArrayList<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      for (TableInfo table : newestFirst.get(i).tables()) {
        if (table.wholeExpired(earliestTimeMs)
            && !overlapsAny(table, newestFirst.subList(i + 1, newestFirst.size()))) {
          droppable.add(table);
        }
      }
    }
    return droppable;
  }

  /**
   * The tables that can be dropped as they are: range tombstones of other tables, newer than
   * anything in them, lie over all of their keys for every reader. Those tombstones stay where they
   * are, so they go on hiding what is older.
   *
   * @param tombstones of live tables; none of memtables, which a crash may lose
   * @param oldestSequence the lowest sequence that a live snapshot, or a new one, reads at
   */
  public static List<TableInfo> covered(
      List<SortedRun> newestFirst,
      List<RangeTombstones> tombstones,
      long oldestSequence,
      NativeMemory memory) {
    List<TableInfo> droppable = new ArrayList<>();
    try (NativeBuffer key = new NativeBuffer(memory, MemoryTag.COMPACTION)) {
      for (SortedRun run : newestFirst) {
        for (TableInfo table : run.tables()) {
          for (RangeTombstones source : tombstones) {
            if (coversAll(source, table, oldestSequence, key)) {
              droppable.add(table);
              break;
            }
          }
        }
      }
    }
    return droppable;
  }

  private static boolean coversAll(
      RangeTombstones source, TableInfo table, long oldestSequence, NativeBuffer key) {
    RangeTombstones.Boundaries at = source.boundaries();
    byte[] smallest = table.smallest();
    Memory.copy(smallest, 0, key.reserve(smallest.length), smallest.length);
    for (at.seek(key.address(), smallest.length);
        at.valid() && at.covering(oldestSequence) > table.maxSequence(); ) {
      at.next();
      if (!at.valid()) {
        return true; // covered to the end of all keys
      }
      int order = Memory.compare(at.keyAddress(), at.keyLength(), table.largest());
      boolean unbounded = table.largestExclusive() && table.largest().length == 0;
      if (!unbounded && (order > 0 || (order == 0 && table.largestExclusive()))) {
        return true;
      }
    }
    return false;
  }

  private static boolean overlapsAny(TableInfo table, List<SortedRun> runs) {
    for (SortedRun run : runs) {
      for (TableInfo other : run.tables()) {
        if (table.overlaps(other)) {
          return true;
        }
      }
    }
    return false;
  }
}
