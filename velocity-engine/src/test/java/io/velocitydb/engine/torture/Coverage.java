package io.velocitydb.engine.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.EngineStats;
import java.util.concurrent.atomic.LongAdder;

/** What happened inside the engine in many runs: short ones must still see the big events. */
final class Coverage {
  private final LongAdder runs = new LongAdder();
  private final LongAdder restarts = new LongAdder();
  private final LongAdder flushes = new LongAdder();
  private final LongAdder merges = new LongAdder();
  private final LongAdder switchedLogs = new LongAdder();
  private final LongAdder blobFiles = new LongAdder();
  private final LongAdder severalDatabases = new LongAdder();
  private final LongAdder fullDisks = new LongAdder();
  private final LongAdder checkpoints = new LongAdder();
  private final LongAdder ingests = new LongAdder();
  private final LongAdder memoryMoves = new LongAdder();

  /** A run has begun. */
  void run() {
    runs.increment();
  }

  /** An engine ends, in whatever way. */
  void ends(int databases, EngineStats stats) {
    restarts.increment();
    memoryMoves.add(stats.memorySplit().moves());
    if (databases > 1) {
      severalDatabases.increment();
    }
  }

  /** Something was refused since the disk is full. */
  void foundFull() {
    fullDisks.increment();
  }

  /** A checkpoint was opened and compared. */
  void checkpoint() {
    checkpoints.increment();
  }

  /** A portable file was written and ingested. */
  void ingested() {
    ingests.increment();
  }

  /** A database ends. */
  void ends(DatabaseStats stats, boolean switchedLog, boolean withBlobs) {
    if (withBlobs) {
      blobFiles.increment();
    }
    flushes.add(stats.flushes());
    merges.add(stats.compactions());
    if (switchedLog) {
      switchedLogs.increment();
    }
  }

  /** Fails when the runs were too tame to prove much; a single one may be. */
  void demandBigEvents() {
    long all = runs.sum();
    if (all < 50) {
      return;
    }
    atLeast(restarts, all, "restarts");
    atLeast(flushes, all, "flushes");
    atLeast(merges, all / 2, "merges");
    atLeast(switchedLogs, all / 20, "ends with a log of several segments");
    atLeast(ingests, all / 8, "portable files ingested");
    atLeast(checkpoints, all / 8, "checkpoints compared");
    atLeast(blobFiles, all / 4, "ends with blob files");
    atLeast(severalDatabases, all / 8, "ends with several databases");
    atLeast(memoryMoves, all / 4, "moves of memory");
  }

  /** Fails when the disk was seldom full. */
  void demandFullDisks() {
    if (runs.sum() >= 50) {
      atLeast(fullDisks, runs.sum() / 2, "refusals for want of space");
    }
  }

  private void atLeast(LongAdder counted, long least, String what) {
    assertThat(counted.sum())
        .as("%s in %d runs (%s)", what, runs.sum(), this)
        .isGreaterThanOrEqualTo(least);
  }

  @Override
  public String toString() {
    return ("%d restarts, %d flushes, %d merges, %d switched logs, %d with blobs, %d times several databases,"
            + " %d refusals, %d checkpoints, %d ingests, %d moves of memory")
        .formatted(
            restarts.sum(),
            flushes.sum(),
            merges.sum(),
            switchedLogs.sum(),
            blobFiles.sum(),
            severalDatabases.sum(),
            fullDisks.sum(),
            checkpoints.sum(),
            ingests.sum(),
            memoryMoves.sum());
  }
}
