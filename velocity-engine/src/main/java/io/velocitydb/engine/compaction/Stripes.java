package io.velocitydb.engine.compaction;

import java.util.List;

/**
 * Divides the sequences at the live snapshots: stripe i holds those that snapshot i sees and
 * snapshot i - 1 does not, the last stripe those that only the newest state sees. Of the versions
 * of a key in one stripe only the newest can be seen by anyone.
 */
final class Stripes {
  private final long[] sequences;
  private final long[] earliestTimes;

  /**
   * @param live every snapshot that may still be read
   * @param nowMs no reader of the newest state judges expiry by an earlier time
   */
  Stripes(List<LiveSnapshot> live, long nowMs) {
    sequences = live.stream().mapToLong(LiveSnapshot::sequence).sorted().distinct().toArray();
    earliestTimes = new long[sequences.length + 1];
    long earliest = nowMs;
    for (int i = sequences.length; i >= 0; i--) {
      if (i < sequences.length) {
        for (LiveSnapshot snapshot : live) {
          if (snapshot.sequence() == sequences[i]) {
            earliest = Math.min(earliest, snapshot.timeMs());
          }
        }
      }
      earliestTimes[i] = earliest;
    }
  }

  /** The snapshots' sequences, ascending. */
  long[] sequences() {
    return sequences;
  }

  /** The stripe of a sequence. */
  int of(long sequence) {
    int i = 0;
    while (i < sequences.length && sequences[i] < sequence) {
      i++;
    }
    return i;
  }

  /** The last sequence that readers of a stripe see at least. */
  long visibleTo(int stripe) {
    return stripe < sequences.length ? sequences[stripe] : Long.MAX_VALUE;
  }

  /** The earliest time by which any reader judges the expiry of a stripe's entries. */
  long earliestTimeMs(int stripe) {
    return earliestTimes[stripe];
  }
}
