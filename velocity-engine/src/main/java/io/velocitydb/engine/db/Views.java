package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.db.ReadView.Immutable;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The present view and the visible sequence of a database. Thread-safe. */
final class Views {
  private final NativeMemory memory;
  private volatile @Nullable ReadView current;
  private volatile long visible;

  /** Takes over the tree's first reference. */
  Views(NativeMemory memory, Tree tree, long tablesSequence, long visible) {
    this.memory = memory;
    this.visible = visible;
    Memtable active = new Memtable(memory);
    current = new ReadView(active, List.of(), tree, tablesSequence);
    active.release();
    tree.release();
  }

  /** The last published sequence. Load it after the view was acquired. */
  long visible() {
    return visible;
  }

  /** Publishes; one thread at a time, never backwards. */
  void publish(long sequence) {
    visible = sequence;
  }

  /** Holds the present view; the caller releases it. */
  ReadView acquire() {
    ReadView view = tryAcquire();
    if (view == null) {
      throw new EngineException(Kind.CLOSED, "the database is closed");
    }
    return view;
  }

  /** As {@link #acquire}; null when closed. */
  @Nullable ReadView tryAcquire() {
    while (true) {
      ReadView view = current;
      if (view == null || view.tryRetain()) {
        return view;
      }
    }
  }

  /**
   * Holds the tables of the present view, but no memtable, so that one that is flushed meanwhile
   * gives its memory back; the caller releases them.
   */
  Tree acquireTree() {
    ReadView view = acquire();
    try {
      Tree tree = view.tree();
      tree.retain();
      return tree;
    } finally {
      view.release();
    }
  }

  private ReadView present() {
    ReadView view = current;
    if (view == null) {
      throw new EngineException(Kind.CLOSED, "the database is closed");
    }
    return view;
  }

  /** Gives the active memtable, unless empty, to those that wait; whether it did. */
  synchronized boolean rotate(long logEnd) {
    ReadView before = present();
    if (before.active().isEmpty()) {
      return false;
    }
    List<Immutable> immutables = new ArrayList<>();
    immutables.add(new Immutable(before.active(), logEnd));
    immutables.addAll(before.immutables());
    Memtable active = new Memtable(memory, before.active().sharedPrefix());
    install(before, new ReadView(active, immutables, before.tree(), before.tablesSequence()));
    active.release();
    return true;
  }

  /** The memtable to flush next, or null. */
  synchronized @Nullable Immutable oldest() {
    ReadView view = current;
    return view == null || view.immutables().isEmpty() ? null : view.immutables().getLast();
  }

  /** Puts a flushed memtable's tables in its place; takes over the tree's first reference. */
  synchronized void flushed(Immutable memtable, Tree tree) {
    ReadView before = present();
    List<Immutable> rest = new ArrayList<>(before.immutables());
    if (rest.isEmpty() || rest.removeLast().table() != memtable.table()) {
      throw new IllegalStateException("flushes install in order");
    }
    long sequence = Math.max(before.tablesSequence(), memtable.table().maxSequence());
    install(before, new ReadView(before.active(), rest, tree, sequence));
    tree.release();
  }

  /** Puts a tree with newer tables in place, between writes; takes over its first reference. */
  synchronized void ingested(Tree tree, long sequence) {
    ReadView before = present();
    if (!before.active().isEmpty() || !before.immutables().isEmpty()) {
      throw new IllegalStateException("older entries are not in tables yet");
    }
    install(before, new ReadView(before.active(), before.immutables(), tree, sequence));
    tree.release();
  }

  /** Puts another tree in place; takes over its first reference. */
  synchronized void changed(Tree tree) {
    ReadView before = present();
    install(
        before, new ReadView(before.active(), before.immutables(), tree, before.tablesSequence()));
    tree.release();
  }

  private void install(ReadView before, ReadView after) {
    current = after;
    before.release();
  }

  /** Highest sequence that is in tables; everything below is, too. */
  long tablesSequence() {
    ReadView view = current;
    return view == null ? 0 : view.tablesSequence();
  }

  /** Bytes in the active memtable. */
  long activeBytes() {
    ReadView view = tryAcquire();
    if (view == null) {
      return 0;
    }
    try {
      return view.active().bytes();
    } finally {
      view.release();
    }
  }

  /** Memtables that wait for their flush. */
  int immutableCount() {
    ReadView view = current;
    return view == null ? 0 : view.immutables().size();
  }

  /** No reader comes in any more; those inside keep what they hold. */
  synchronized void close() {
    ReadView view = current;
    current = null;
    if (view != null) {
      view.release();
    }
  }
}
