package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.cache.CachedFile;
import io.velocitydb.engine.compaction.LiveSnapshot;
import io.velocitydb.engine.compaction.Merge;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.compaction.OlderRuns;
import io.velocitydb.engine.compaction.RateLimiter;
import io.velocitydb.engine.compaction.TableFactory;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.MergingCursor;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.memtable.Memtable;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.sstable.BlockCompression;
import io.velocitydb.engine.sstable.TableId;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.sstable.TableMetrics;
import io.velocitydb.engine.sstable.TableOptions;
import io.velocitydb.engine.sstable.TableReader;
import io.velocitydb.engine.sstable.TableWriter;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.vfs.Vfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table files of a database: writes new ones, opens those of the present version, removes those
 * that nobody needs. Changes of the version go through {@link #install}, one at a time.
 */
final class TableStore {
  private static final Logger LOG = LoggerFactory.getLogger(TableStore.class);

  /** Size at which a merge begins the next file. */
  private static final long FILE_BYTES = 32L << 20;

  private final StoreSetup setup;
  private final Manifest manifest;
  private final TrackedBackground background;
  private final TableMetrics metrics = new TableMetrics();
  private final Map<Long, LiveTable> live = new HashMap<>();

  TableStore(StoreSetup setup, Manifest manifest, TrackedBackground background) {
    this.setup = setup;
    this.manifest = manifest;
    this.background = background;
  }

  /** What reading tables cost and met. */
  TableMetrics metrics() {
    return metrics;
  }

  /** How tables are written. */
  TableOptions options() {
    return TableOptions.defaults()
        .withBlockBytes(setup.options().blockBytes())
        .withBloomFalsePositiveRate(setup.options().bloomFalsePositiveRate())
        .withCompression(
            setup.options().compression() ? BlockCompression.LZ4 : BlockCompression.NONE);
  }

  /** The tables of the manifest's version; no file is touched. */
  synchronized Tree openAll() {
    Version version = manifest.state().version();
    for (TableInfo info : version.tables()) {
      live.put(
          info.fileNumber(),
          new LiveTable(
              info, reader(info, setup.cache().file()), () -> removeLater(info.fileNumber())));
    }
    return new Tree(version, this::liveTable);
  }

  /** Tables that have something in memory. */
  synchronized List<LiveTable> loaded() {
    return live.values().stream().filter(table -> table.residentBytes() > 0).toList();
  }

  /**
   * Takes what tables have in memory away: readers that have nothing take the place of theirs, in a
   * new tree. The memory goes when the last view of the old tree does.
   */
  synchronized void unload(Collection<LiveTable> tables, Consumer<Tree> publish) {
    boolean any = false;
    for (LiveTable table : tables) {
      if (live.get(table.info().fileNumber()) == table) {
        table.exchange(again(table));
        any = true;
      }
    }
    if (any) {
      publish.accept(new Tree(manifest.state().version(), this::liveTable));
    }
  }

  private TableReader again(LiveTable table) {
    TableReader present = table.retainReader();
    try {
      return present.again(setup.files().file(setup.tablePath(table.info().fileNumber())));
    } finally {
      present.release();
    }
  }

  private LiveTable liveTable(TableInfo info) {
    LiveTable table = live.get(info.fileNumber());
    if (table == null) {
      throw new IllegalStateException(info + " is not open");
    }
    return table;
  }

  /** A table that was just written: it is read before the manifest names it. */
  private LiveTable open(TableInfo info) {
    TableReader reader = reader(info, setup.cache().file());
    boolean loaded = false;
    try {
      loaded = reader.load(true);
    } finally {
      if (!loaded) {
        reader.release();
      }
    }
    return new LiveTable(info, reader, () -> removeLater(info.fileNumber()));
  }

  private TableReader reader(TableInfo info, CachedFile cached) {
    Path path = setup.tablePath(info.fileNumber());
    return TableReader.lazy(
        setup.files().file(path),
        path,
        setup.id(),
        info,
        setup.environment().memory(),
        metrics,
        cached,
        setup.tableBudget()::check);
  }

  private void removeLater(long fileNumber) {
    try {
      background.tryExecute(Lane.FLUSH, () -> remove(fileNumber));
    } catch (RuntimeException | Error e) {
      // Whoever lets go of the last reference must be able to let go of others, too.
      stays(fileNumber, e);
    }
  }

  private void stays(long fileNumber, Throwable why) {
    LOG.warn(
        "{} is not needed any more, but stays until the database is opened again: {}",
        setup.tablePath(fileNumber),
        why.toString());
  }

  /** Removes a file that no manifest names; what cannot be removed goes at the next opening. */
  void remove(long fileNumber) {
    Vfs vfs = setup.environment().vfs();
    try {
      if (vfs.exists(setup.tablePath(fileNumber))) {
        vfs.delete(setup.tablePath(fileNumber));
      }
    } catch (IOException e) {
      stays(fileNumber, e);
    }
  }

  private void giveUp(long fileNumber) {
    remove(fileNumber);
    manifest.forgetFileNumber(fileNumber);
  }

  /** Takes something from manifest and views while they say the same of the tables. */
  synchronized <T> T betweenEdits(Supplier<T> look) {
    return look.get();
  }

  /**
   * Makes an edit durable and hands the new tree to {@code publish}. When it fails, nobody knows
   * whether the manifest names the added tables: they must be left where they are.
   */
  synchronized void install(VersionEdit edit, Consumer<Tree> publish) throws IOException {
    List<LiveTable> added = new ArrayList<>();
    boolean done = false;
    try {
      for (var table : edit.addedTables()) {
        added.add(open(table.table()));
      }
      Version version = manifest.apply(edit).version();
      done = true;
      added.forEach(table -> live.put(table.info().fileNumber(), table));
      Tree tree = new Tree(version, this::liveTable);
      for (long removed : edit.removedTables()) {
        LiveTable table = live.remove(removed);
        if (table != null) {
          table.obsolete();
        }
      }
      publish.accept(tree);
    } finally {
      if (!done) {
        added.forEach(LiveTable::discard);
      }
    }
  }

  /** Writes a memtable to tables, synced under durable names, without what no reader can see. */
  List<TableInfo> writeMemtable(
      Memtable memtable, List<LiveSnapshot> live, long nowMs, OlderRuns older) throws IOException {
    try (InternalCursor cursor = memtable.cursor()) {
      return merge(
              cursor,
              List.of(memtable.rangeTombstones()),
              live,
              nowMs,
              older,
              Long.MAX_VALUE,
              RateLimiter.UNLIMITED)
          .tables();
    }
  }

  /** Merges runs to tables, synced under durable names. */
  MergeResult merge(
      MergeSource source, List<LiveSnapshot> live, long nowMs, OlderRuns older, RateLimiter limiter)
      throws IOException {
    try (MergingCursor cursor = new MergingCursor(setup.environment().memory(), source.cursors())) {
      return merge(cursor, source.rangeTombstones(), live, nowMs, older, FILE_BYTES, limiter);
    }
  }

  private MergeResult merge(
      InternalCursor entries,
      List<RangeTombstones> tombstones,
      List<LiveSnapshot> live,
      long nowMs,
      OlderRuns older,
      long fileBytes,
      RateLimiter limiter)
      throws IOException {
    Outputs outputs = new Outputs();
    boolean done = false;
    try {
      MergeResult result =
          Merge.run(
              entries,
              tombstones,
              live,
              nowMs,
              older,
              outputs,
              fileBytes,
              limiter,
              setup.environment().memory());
      setup.environment().vfs().syncDirectory(setup.directory());
      done = true;
      return result;
    } catch (EngineException e) {
      if (e.getCause() instanceof DiskFullException full) {
        throw full;
      }
      throw e;
    } finally {
      if (!done) {
        outputs.begun.forEach(this::giveUp);
      }
    }
  }

  /** The files that one merge writes. */
  private final class Outputs implements TableFactory {
    private final List<Long> begun = new ArrayList<>();

    @Override
    public TableWriter create() throws IOException {
      long number = manifest.newFileNumber();
      begun.add(number);
      return new TableWriter(
          setup.environment().vfs(),
          setup.tablePath(number),
          new TableId(setup.id(), number),
          options(),
          setup.environment().memory());
    }

    @Override
    public void discard(TableInfo table) {
      // All files that were begun are removed together.
    }
  }
}
