package io.velocitydb.engine.db;

import io.velocitydb.engine.db.ReadView.Immutable;

/**
 * How far background work of one database lies behind its writes: 0 or less where nobody needs to
 * wait, 1 where nothing more can be taken. It begins at two memtables, one being filled and one
 * being flushed, and ends at the number that writes stop at. What all databases have together
 * counts as well, see {@link MemtableBudget#debt}.
 */
final class WriteDebt {
  /** Memtables that may wait for their flush before writes wait too. */
  static final int MAX_IMMUTABLES = 4;

  private static final double FREE_MEMTABLES = 2;

  private WriteDebt() {}

  /** By the memtables of one database. */
  static double ofMemtables(ReadView view, long memtableBytes) {
    int waiting = view.immutables().size();
    if (waiting == 0) {
      return 0;
    }
    long bytes = view.active().bytes();
    for (int i = 0; i < waiting; i++) {
      Immutable immutable = view.immutables().get(i);
      bytes += immutable.table().bytes();
    }
    double memtables = (double) bytes / memtableBytes;
    return (memtables - FREE_MEMTABLES) / (MAX_IMMUTABLES - FREE_MEMTABLES);
  }
}
