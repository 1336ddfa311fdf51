package io.velocitydb.engine.manifest;

import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tables of a database at one moment. Immutable.
 *
 * @param runs newest first
 * @param blobs the files of large values
 */
public record Version(List<Run> runs, Blobs blobs) {
  /** Without tables. */
  public static final Version EMPTY = new Version(List.of(), Blobs.NONE);

  public Version {
    runs = List.copyOf(runs);
    for (int i = 1; i < runs.size(); i++) {
      if (runs.get(i - 1).compareTo(runs.get(i)) >= 0) {
        throw new IllegalArgumentException("runs out of order: " + runs);
      }
    }
  }

  /** Without large values. */
  public Version(List<Run> runs) {
    this(runs, Blobs.NONE);
  }

  /** All tables, newest run first. */
  public List<TableInfo> tables() {
    List<TableInfo> all = new ArrayList<>();
    for (Run run : runs) {
      all.addAll(run.tables().tables());
    }
    return all;
  }

  /** Bytes of all tables, without the blob files. */
  public long bytes() {
    long sum = 0;
    for (Run run : runs) {
      sum += run.tables().bytes();
    }
    return sum;
  }

  /**
   * The version after an edit.
   *
   * @throws IllegalArgumentException if the edit removes a table that is not there, adds one twice
   *     or makes tables of one run overlap
   */
  public Version apply(VersionEdit edit) {
    if (edit.addedTables().isEmpty() && edit.removedTables().isEmpty()) {
      Blobs newBlobs = blobs.apply(edit);
      return newBlobs.equals(blobs) ? this : new Version(runs, newBlobs);
    }
    Set<Long> removed = new HashSet<>(edit.removedTables());
    Map<Long, Integer> tiers = new HashMap<>();
    Map<Long, List<TableInfo>> tables = new HashMap<>();
    Set<Long> present = new HashSet<>();
    for (Run run : runs) {
      for (TableInfo table : run.tables().tables()) {
        if (!removed.remove(table.fileNumber())) {
          place(new AddedTable(run.tier(), run.number(), table), tiers, tables, present);
        }
      }
    }
    if (!removed.isEmpty()) {
      throw new IllegalArgumentException("removes tables that are not there: " + removed);
    }
    for (AddedTable added : edit.addedTables()) {
      place(added, tiers, tables, present);
    }
    List<Run> result = new ArrayList<>();
    tables.forEach(
        (number, list) -> {
          list.sort((a, b) -> java.util.Arrays.compareUnsigned(a.smallest(), b.smallest()));
          result.add(new Run(tiers.get(number), number, new SortedRun(list)));
        });
    result.sort(Comparator.naturalOrder());
    return new Version(result, blobs.apply(edit));
  }

  private static void place(
      AddedTable added,
      Map<Long, Integer> tiers,
      Map<Long, List<TableInfo>> tables,
      Set<Long> present) {
    if (!present.add(added.table().fileNumber())) {
      throw new IllegalArgumentException(added.table() + " is there twice");
    }
    Integer tier = tiers.putIfAbsent(added.run(), added.tier());
    if (tier != null && tier != added.tier()) {
      throw new IllegalArgumentException("run " + added.run() + " is in two tiers");
    }
    tables.computeIfAbsent(added.run(), _ -> new ArrayList<>()).add(added.table());
  }
}
