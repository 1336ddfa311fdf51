package io.velocitydb.engine.db;

import io.velocitydb.engine.compaction.Slice;
import io.velocitydb.engine.compaction.StretchPicker;
import io.velocitydb.engine.manifest.Run;
import io.velocitydb.engine.sstable.TableInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A merge of runs, done slice by slice of the keys from the lowest on. What a slice has merged
 * belongs to the oldest of the runs from then on; so the tree is right after every slice, and a
 * merge that is never finished has not been in vain. Of one thread at a time.
 */
final class MergeProgress {
  /** Into so many slices a merge is divided, if they are large enough. */
  private static final int SLICES = 32;

  private final Set<Long> runs = new HashSet<>();

  /** The only tables of the runs that are merged; null for all. */
  private final @Nullable Set<Long> only;

  private final byte @Nullable [] end;
  private final Run oldest;
  private final boolean everything;
  private final long sliceBytes;

  /** Everything before it is done; null once all is. */
  private byte @Nullable [] from = new byte[0];

  /**
   * @param inputs the runs, newest first, at least one
   * @param everything whether tables of the oldest run that meet no others are written anew too
   * @param leastSliceBytes that a slice writes before the next one begins
   */
  MergeProgress(List<Run> inputs, boolean everything, long leastSliceBytes) {
    this.only = null;
    this.end = null;
    inputs.forEach(run -> runs.add(run.number()));
    this.oldest = inputs.getLast();
    this.everything = everything;
    long bytes = inputs.stream().mapToLong(run -> run.tables().bytes()).sum();
    this.sliceBytes = Math.max(leastSliceBytes, bytes / SLICES);
  }

  /**
   * @param present every run of the tree, newest first
   * @param job which of their tables, and how far
   * @param leastSliceBytes that a slice writes before the next one begins
   */
  MergeProgress(List<Run> present, StretchPicker.Job job, long leastSliceBytes) {
    this.only = job.tables();
    this.end = job.end();
    this.oldest = present.getLast();
    this.everything = job.newest() == present.size() - 1;
    runs.add(oldest.number());
    long bytes = 0;
    for (Run run : present) {
      for (TableInfo table : run.tables().tables()) {
        if (only.contains(table.fileNumber())) {
          runs.add(run.number());
          bytes += table.fileBytes();
        }
      }
    }
    this.sliceBytes = Math.max(leastSliceBytes, bytes / SLICES);
  }

  /** The run that merged tables belong to. */
  Run target() {
    return oldest;
  }

  /** How far the next slice goes. */
  Slice slice() {
    return new Slice(sliceBytes, end);
  }

  boolean isDone() {
    return from == null;
  }

  /** Everything before a key is done. */
  void doneUpTo(byte @Nullable [] key) {
    byte[] stop = end;
    from = key != null && stop != null && Arrays.compareUnsigned(key, stop) >= 0 ? null : key;
  }

  /** Whether a run is one of those that are merged. */
  boolean contains(Run run) {
    return runs.contains(run.number());
  }

  private boolean isAmongThem(TableInfo table) {
    Set<Long> chosen = only;
    return chosen == null || chosen.contains(table.fileNumber());
  }

  /**
   * What is still to be merged of the runs of a version, one list for each, newest first; empty
   * when nothing is. Tables of the oldest run that come first, and that no other run overlaps, stay
   * as they are.
   */
  List<List<TableInfo>> remaining(List<Run> present) {
    byte[] begin = from;
    if (begin == null) {
      return List.of();
    }
    List<List<TableInfo>> inputs = new ArrayList<>();
    byte[] others = null;
    for (Run run : present) {
      if (contains(run)) {
        List<TableInfo> tables =
            run.tables().tables().stream()
                .filter(table -> !table.endsBefore(begin) && isAmongThem(table))
                .toList();
        boolean isTarget = run.number() == oldest.number();
        if (!isTarget && !tables.isEmpty()) {
          byte[] smallest = tables.getFirst().smallest();
          others =
              others == null || Arrays.compareUnsigned(smallest, others) < 0 ? smallest : others;
        } else if (isTarget && !everything) {
          byte[] first = others;
          tables =
              first == null
                  ? List.of()
                  : tables.stream().filter(table -> !table.endsBefore(first)).toList();
        }
        if (!tables.isEmpty()) {
          inputs.add(tables);
        }
      }
    }
    return inputs;
  }
}
