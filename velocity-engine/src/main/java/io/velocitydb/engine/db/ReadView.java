package io.velocitydb.engine.db;

import io.velocitydb.engine.memtable.Memtable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything that a reader looks into, at one moment: the active memtable, those waiting for their
 * flush, the tables. Immutable but for the entries that still come into the active memtable.
 * Counted; while somebody holds it, nothing in it goes away.
 *
 * <p>A reader takes the view first and loads the visible sequence then: the other way round, a
 * merge in between might have dropped what that sequence should see.
 */
final class ReadView {
  private final Memtable active;
  private final List<Immutable> immutables;
  private final Tree tree;
  private final long tablesSequence;
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * A memtable that takes no more entries.
   *
   * @param table the memtable
   * @param logEnd log position behind its last entry
   */
  record Immutable(Memtable table, long logEnd) {}

  /**
   * Retains what it contains; born with one reference.
   *
   * @param immutables newest first
   * @param tablesSequence highest sequence that is in the tables rather than in a memtable
   */
  ReadView(Memtable active, List<Immutable> immutables, Tree tree, long tablesSequence) {
    this.active = active;
    this.immutables = List.copyOf(immutables);
    this.tree = tree;
    this.tablesSequence = tablesSequence;
    active.retain();
    this.immutables.forEach(i -> i.table.retain());
    tree.retain();
  }

  Memtable active() {
    return active;
  }

  List<Immutable> immutables() {
    return immutables;
  }

  Tree tree() {
    return tree;
  }

  long tablesSequence() {
    return tablesSequence;
  }

  /** Holds the view, unless it was let go by all. */
  boolean tryRetain() {
    int count = references.get();
    while (count > 0) {
      if (references.compareAndSet(count, count + 1)) {
        return true;
      }
      count = references.get();
    }
    return false;
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      active.release();
      immutables.forEach(i -> i.table.release());
      tree.release();
    }
  }
}
