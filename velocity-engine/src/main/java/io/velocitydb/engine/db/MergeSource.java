package io.velocitydb.engine.db;

import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.sstable.RunCursor;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableReader;
import java.util.ArrayList;
import java.util.List;

/** Cursors and range tombstones of memtables and of runs of a tree, newest first. */
final class MergeSource {
  private final List<Memtable> memtables;
  private final Tree tree;
  private final List<Input> runs;
  private final CacheUse use;

  private MergeSource(List<Memtable> memtables, Tree tree, List<Input> runs, CacheUse use) {
    this.memtables = memtables;
    this.tree = tree;
    this.runs = runs;
    this.use = use;
  }

  /** Some runs of a tree that the caller holds, to be merged. */
  MergeSource(Tree tree, int firstRun, int runs) {
    this(List.of(), tree, inputs(tree, firstRun, runs), CacheUse.LOOK);
  }

  /** Tables in key order, and their readers, which the tree holds. */
  private record Input(SortedRun tables, List<TableReader> readers) {}

  private static List<Input> inputs(Tree tree, int firstRun, int runs) {
    List<Input> inputs = new ArrayList<>();
    for (int i = firstRun; i < firstRun + runs; i++) {
      inputs.add(new Input(tree.version().runs().get(i).tables(), List.of(tree.run(i))));
    }
    return inputs;
  }

  /** One table of a tree that the caller holds, to be written anew. */
  static MergeSource ofTable(Tree tree, int run, int position) {
    TableInfo table = tree.version().runs().get(run).tables().tables().get(position);
    TableReader reader = tree.run(run)[position];
    return new MergeSource(
        List.of(),
        tree,
        List.of(new Input(new SortedRun(List.of(table)), List.of(reader))),
        CacheUse.LOOK);
  }

  /** Some tables of each of some runs, newest first. */
  static MergeSource ofTables(Tree tree, List<List<TableInfo>> runs) {
    List<Input> inputs = new ArrayList<>();
    for (List<TableInfo> tables : runs) {
      List<TableReader> readers = new ArrayList<>();
      for (TableInfo table : tables) {
        readers.add(tree.reader(table));
      }
      inputs.add(new Input(new SortedRun(tables), readers));
    }
    return new MergeSource(List.of(), tree, inputs, CacheUse.LOOK);
  }

  /** Everything that a view shows; the caller holds the view. */
  static MergeSource of(ReadView view) {
    List<Memtable> memtables = new ArrayList<>();
    memtables.add(view.active());
    view.immutables().forEach(immutable -> memtables.add(immutable.table()));
    Tree tree = view.tree();
    return new MergeSource(memtables, tree, inputs(tree, 0, tree.runCount()), CacheUse.FILL);
  }

  /** Whose runs are read. */
  Tree tree() {
    return tree;
  }

  /** One cursor for each memtable and run; the caller closes them. */
  List<InternalCursor> cursors() {
    List<InternalCursor> cursors = new ArrayList<>();
    memtables.forEach(memtable -> cursors.add(memtable.cursor()));
    for (Input run : runs) {
      cursors.add(
          new RunCursor(run.tables, info -> tree.table(info.fileNumber()).retainReader(), use));
    }
    return cursors;
  }

  /** The range tombstones of the same memtables and tables. */
  List<RangeTombstones> rangeTombstones() {
    List<RangeTombstones> all = new ArrayList<>();
    memtables.forEach(memtable -> all.add(memtable.rangeTombstones()));
    for (Input run : runs) {
      for (TableReader table : run.readers) {
        RangeTombstones tombstones = table.rangeTombstones();
        if (!tombstones.isEmpty()) {
          all.add(tombstones);
        }
      }
    }
    return all;
  }
}
