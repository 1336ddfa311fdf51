package io.velocitydb.engine.tree;

import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.MergingCursor;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.sstable.RunCursor;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableOpener;
import io.velocitydb.engine.sstable.TableReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The entries and the range tombstones of memtables and runs, retained until it is closed. Not
 * thread-safe. Only tables with range tombstones are opened at once; the others when a cursor gets
 * there, so the caller keeps their files as long as this is open. Close it also when adding failed.
 */
public final class Sources implements AutoCloseable {
  private final NativeMemory memory;
  private final List<InternalCursor> cursors = new ArrayList<>();
  private final List<RangeTombstones> rangeTombstones = new ArrayList<>();
  private final List<Memtable> memtables = new ArrayList<>();
  private final List<TableReader> tables = new ArrayList<>();

  public Sources(NativeMemory memory) {
    this.memory = memory;
  }

  /** Adds a memtable, which the caller retains during this call. */
  public Sources add(Memtable memtable) {
    memtable.retain();
    memtables.add(memtable);
    cursors.add(memtable.cursor());
    addRangeTombstones(memtable.rangeTombstones());
    return this;
  }

  /** Adds a run. */
  public Sources add(SortedRun run, TableOpener opener) {
    cursors.add(new RunCursor(run, opener, CacheUse.FILL));
    for (TableInfo info : run.tables()) {
      if (info.rangeTombstones() > 0) {
        TableReader table = opener.open(info);
        tables.add(table);
        addRangeTombstones(table.rangeTombstones());
      }
    }
    return this;
  }

  private void addRangeTombstones(RangeTombstones added) {
    if (!added.isEmpty()) {
      rangeTombstones.add(added);
    }
  }

  /**
   * One cursor over all entries; call it once. Whoever closes the cursor does so before this is
   * closed.
   */
  public MergingCursor cursor() {
    MergingCursor merged = new MergingCursor(memory, cursors);
    cursors.clear();
    return merged;
  }

  /** The range tombstones of all sources that have any. */
  public List<RangeTombstones> rangeTombstones() {
    return rangeTombstones;
  }

  /** Lets all sources go. */
  @Override
  public void close() {
    cursors.forEach(InternalCursor::close);
    cursors.clear();
    memtables.forEach(Memtable::release);
    memtables.clear();
    tables.forEach(TableReader::release);
    tables.clear();
    rangeTombstones.clear();
  }
}
