package io.velocitydb.engine.compaction;

import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what to merge for the sake of deletes, when nothing else is due. A cursor has to step
 * over every delete that lies in its way, and tiers alone would leave them where they are until as
 * much has been written again. So a table in which many deletes follow each other is merged with
 * all that is older and in its way, down to the oldest run, where deletes end.
 *
 * <p>What decides is the longest row of deletes in a table, not their share of it: that is what one
 * seek pays for. RocksDB's collector looks for the same in a window, Pebble counts blocks that are
 * full of them. It has to pay: at most {@link #MOST_ENTRIES_PER_DELETE} entries are written anew
 * for each delete of the row. As a delete that is gone is never paid for again, that bounds what
 * all such merges write. Pure: the same tree gives the same answer.
 */
public final class StretchPicker {
  /** Entries that may be read and written anew for each delete that goes. */
  static final int MOST_ENTRIES_PER_DELETE = 32;

  private StretchPicker() {}

  /**
   * Tables to be merged into the oldest run, from their first keys on.
   *
   * @param newest position of the run that the deletes are in, counted from the newest of the tree
   * @param tables their file numbers; for every key of theirs before {@code end}, each older table
   *     that may have it is among them
   * @param end the first key that need not be merged
   */
  @SuppressWarnings("ArrayRecordComponent") // read-only by contract, and never compared
  public record Job(int newest, Set<Long> tables, byte[] end) {
    public Job {
      tables = Set.copyOf(tables);
    }
  }

  /**
   * The merge that takes the longest row of deletes away, if any is worth it.
   *
   * @param newestFirst every run of the tree
   * @param oldestSequence the lowest sequence that a live snapshot, or a new one, reads at: deletes
   *     in tables that are not wholly older would have to stay
   * @param leastDeletes shorter rows stay
   */
  public static Optional<Job> pick(
      List<SortedRun> newestFirst, long oldestSequence, long leastDeletes) {
    Job best = null;
    long most = Math.max(1, leastDeletes) - 1;
    for (int i = 0; i < newestFirst.size(); i++) {
      for (TableInfo table : newestFirst.get(i).tables()) {
        long deletes = table.stretch().deletes();
        if (deletes > most && table.maxSequence() <= oldestSequence) {
          Optional<Job> job = job(newestFirst, i, table);
          if (job.isPresent()) {
            best = job.get();
            most = deletes;
          }
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static Optional<Job> job(List<SortedRun> newestFirst, int run, TableInfo table) {
    byte[] last = table.stretch().last();
    byte[] end = Arrays.copyOf(last, last.length + 1); // the next possible key
    Set<Long> tables = new HashSet<>();
    tables.add(table.fileNumber());
    long entries = table.entries();
    byte[] from = table.smallest();
    for (SortedRun older : newestFirst.subList(run + 1, newestFirst.size())) {
      for (TableInfo other : older.tables()) {
        if (other.overlaps(from, end)) {
          tables.add(other.fileNumber());
          entries += other.entries();
          // Tables are taken from their first key on, so still older ones must be, too.
          from = Arrays.compareUnsigned(other.smallest(), from) < 0 ? other.smallest() : from;
        }
      }
    }
    return entries / MOST_ENTRIES_PER_DELETE <= table.stretch().deletes()
        ? Optional.of(new Job(run, tables, end))
        : Optional.empty();
  }
}
