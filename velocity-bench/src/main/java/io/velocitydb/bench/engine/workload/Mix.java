package io.velocitydb.bench.engine.workload;

/**
 * Shares of operations in percent, together 100.
 *
 * @param reads of single entries
 * @param updates of existing entries
 * @param inserts of new entries
 * @param scans see {@code scanEntries}
 * @param readModifyWrites of existing entries: a read, then an update of the same key
 * @param scanEntries entries that a scan reads at most
 * @param scanUniform whether the length of a scan is drawn between 1 and that
 * @param keysPerRead keys that a read names; with more than 1 nothing but reads
 */
public record Mix(
    int reads,
    int updates,
    int inserts,
    int scans,
    int readModifyWrites,
    int scanEntries,
    boolean scanUniform,
    int keysPerRead) {
  public Mix {
    if (reads + updates + inserts + scans + readModifyWrites != 100) {
      throw new IllegalArgumentException("the shares of a mix are 100 together");
    }
    if (keysPerRead < 1 || (keysPerRead > 1 && reads < 100)) {
      throw new IllegalArgumentException("reads of several keys are not mixed with others");
    }
  }

  static Mix readsOnly() {
    return new Mix(100, 0, 0, 0, 0, 0, false, 1);
  }

  static Mix readsOf(int keys) {
    return new Mix(100, 0, 0, 0, 0, 0, false, keys);
  }

  static Mix updatesOnly() {
    return new Mix(0, 100, 0, 0, 0, 0, false, 1);
  }

  static Mix scansOf(int entries) {
    return new Mix(0, 0, 0, 100, 0, entries, false, 1);
  }

  static Mix of(int reads, int updates, int inserts, int scans, int readModifyWrites) {
    return new Mix(reads, updates, inserts, scans, readModifyWrites, 100, true, 1);
  }

  /** Whether it changes the store. */
  public boolean writes() {
    return updates + inserts + readModifyWrites > 0;
  }
}
