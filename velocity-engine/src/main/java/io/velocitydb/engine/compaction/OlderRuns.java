package io.velocitydb.engine.compaction;

import io.velocitydb.engine.rangedelete.Fragmenter;
import io.velocitydb.engine.sstable.SortedRun;
import java.util.List;

/**
 * The runs that are older than those of a merge. Where they have a key, a tombstone over the key
 * has to stay.
 *
 * @param runs every older run of the tree
 * @param others whether there may be more of them, with any keys
 */
public record OlderRuns(List<SortedRun> runs, boolean others) implements Fragmenter.OlderData {
  /** Nothing is older. */
  public static final OlderRuns NONE = new OlderRuns(List.of());

  /** What is older is not known: every tombstone stays. */
  public static final OlderRuns UNKNOWN = new OlderRuns(List.of(), true);

  public OlderRuns {
    runs = List.copyOf(runs);
  }

  /** The older runs are these. */
  public OlderRuns(List<SortedRun> runs) {
    this(runs, false);
  }

  /** Whether nothing is older. */
  public boolean isNone() {
    return runs.isEmpty() && !others;
  }

  @Override
  public boolean overlaps(byte[] start, byte[] end) {
    for (SortedRun run : runs) {
      if (run.overlaps(start, end)) {
        return true;
      }
    }
    return others;
  }

  /** Whether a key lies inside the bounds of an older table. Allocates nothing. */
  boolean mayContain(long keyAddress, int keyLength) {
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).find(keyAddress, keyLength) >= 0) {
        return true;
      }
    }
    return others;
  }
}
