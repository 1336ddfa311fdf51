package io.velocitydb.engine.db;

import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.sstable.RunCursor;
import io.velocitydb.engine.sstable.TableReader;
import java.util.ArrayList;
import java.util.List;

/** Cursors and range tombstones of memtables and of runs of a tree, newest first. */
final class MergeSource {
  private final List<Memtable> memtables;
  private final Tree tree;
  private final int firstRun;
  private final int runs;
  private final CacheUse use;

  private MergeSource(List<Memtable> memtables, Tree tree, int firstRun, int runs, CacheUse use) {
    this.memtables = memtables;
    this.tree = tree;
    this.firstRun = firstRun;
    this.runs = runs;
    this.use = use;
  }

  /** Some runs of a tree that the caller holds, to be merged. */
  MergeSource(Tree tree, int firstRun, int runs) {
    this(List.of(), tree, firstRun, runs, CacheUse.LOOK);
  }

  /** Everything that a view shows; the caller holds the view. */
  static MergeSource of(ReadView view) {
    List<Memtable> memtables = new ArrayList<>();
    memtables.add(view.active());
    view.immutables().forEach(immutable -> memtables.add(immutable.table()));
    return new MergeSource(memtables, view.tree(), 0, view.tree().runCount(), CacheUse.FILL);
  }

  /** One cursor for each memtable and run; the caller closes them. */
  List<InternalCursor> cursors() {
    List<InternalCursor> cursors = new ArrayList<>();
    memtables.forEach(memtable -> cursors.add(memtable.cursor()));
    for (int i = firstRun; i < firstRun + runs; i++) {
      cursors.add(
          new RunCursor(
              tree.version().runs().get(i).tables(),
              info -> tree.table(info.fileNumber()).retainReader(),
              use));
    }
    return cursors;
  }

  /** The range tombstones of the same memtables and tables. */
  List<RangeTombstones> rangeTombstones() {
    List<RangeTombstones> all = new ArrayList<>();
    memtables.forEach(memtable -> all.add(memtable.rangeTombstones()));
    for (int i = firstRun; i < firstRun + runs; i++) {
      for (TableReader table : tree.run(i)) {
        RangeTombstones tombstones = table.rangeTombstones();
        if (!tombstones.isEmpty()) {
          all.add(tombstones);
        }
      }
    }
    return all;
  }
}
