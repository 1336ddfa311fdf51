package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.blob.BlobFileInfo;
import io.velocitydb.engine.blob.BlobReader;
import io.velocitydb.engine.compaction.Interruption;
import io.velocitydb.engine.compaction.LiveSnapshot;
import io.velocitydb.engine.compaction.Merge;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.compaction.OlderRuns;
import io.velocitydb.engine.compaction.Slice;
import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.MergingCursor;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.Version;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.memory.Memory;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table files of a database: writes new ones, opens those of the present version, removes those
 * that nobody needs. Changes of the version go through {@link #install}, one at a time.
 */
final class TableStore {
  private static final Logger LOG = LoggerFactory.getLogger(TableStore.class);

  private final StoreSetup setup;
  private final Manifest manifest;
  private final TrackedBackground background;
  private final TableMetrics metrics;
  private final Map<Long, LiveTable> live = new HashMap<>();
  private final Map<Long, LiveBlobs> liveBlobs = new HashMap<>();
  private final Queue<Path> notNeeded = new ConcurrentLinkedQueue<>();

  TableStore(StoreSetup setup, Manifest manifest, TrackedBackground background) {
    this.setup = setup;
    this.manifest = manifest;
    this.background = background;
    this.metrics = new TableMetrics(setup.environment().clock());
  }

  /** What reading tables cost and met. */
  TableMetrics metrics() {
    return metrics;
  }

  /** Whether a part of a table can be in the tree: an older release reads whole ones only. */
  boolean cutsTables() {
    return manifest.format() >= Manifest.FORMAT_WITH_BLOBS;
  }

  /** How tables are written. */
  TableOptions options() {
    return TableOptions.defaults()
        .withBlockBytes(setup.options().blockBytes())
        .withBloomFalsePositiveRate(setup.options().bloomFalsePositiveRate())
        .withCompression(
            setup.options().compression() ? BlockCompression.LZ4 : BlockCompression.NONE)
        .withPartitionBytes(
            manifest.format() >= Manifest.FORMAT_WITH_PARTITIONS
                ? setup.options().blockBytes()
                : 0);
  }

  /** The tables of the manifest's version; no file is touched. */
  synchronized Tree openAll() {
    Version version = manifest.state().version();
    for (TableInfo info : version.tables()) {
      live.put(info.fileNumber(), table(info));
    }
    for (BlobFileInfo info : version.blobs().files().values()) {
      liveBlobs.put(info.number(), blobs(info));
    }
    return new Tree(version, this::liveTable, this::liveBlobs);
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
      publish.accept(new Tree(manifest.state().version(), this::liveTable, this::liveBlobs));
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

  private LiveBlobs liveBlobs(long number) {
    LiveBlobs blobs = liveBlobs.get(number);
    if (blobs == null) {
      throw new IllegalStateException("blob file " + number + " is not there");
    }
    return blobs;
  }

  private LiveBlobs blobs(BlobFileInfo info) {
    Path path = setup.blobPath(info.number());
    BlobReader reader =
        new BlobReader(
            setup.files().file(path),
            path,
            setup.id(),
            info,
            setup.environment().memory(),
            metrics,
            setup.cache());
    return new LiveBlobs(info.number(), reader, () -> removeLater(path));
  }

  /** A blob file that was just written: its header is read before the manifest names it. */
  private LiveBlobs open(BlobFileInfo info) {
    LiveBlobs blobs = blobs(info);
    boolean checked = false;
    try {
      blobs.reader().check();
      checked = true;
    } finally {
      if (!checked) {
        blobs.closeFile();
      }
    }
    return blobs;
  }

  /** A table that was just written, or cut: it is read before the manifest names it. */
  private LiveTable open(TableInfo info) {
    LiveTable present = live.get(info.fileNumber());
    LiveTable table = present == null ? table(info) : from(present, info);
    TableReader reader = table.retainReader();
    boolean loaded = false;
    try {
      loaded = reader.load(true);
    } finally {
      reader.release();
      if (!loaded) {
        table.closeFile();
      }
    }
    return table;
  }

  /** What is left of a table when the keys before a later one go. */
  private LiveTable from(LiveTable table, TableInfo info) {
    Path path = setup.tablePath(info.fileNumber());
    TableReader present = table.retainReader();
    try {
      TableReader rest = present.from(info.smallest(), setup.files().file(path));
      return new LiveTable(info, rest, () -> removeLater(path));
    } finally {
      present.release();
    }
  }

  private LiveTable table(TableInfo info) {
    Path path = setup.tablePath(info.fileNumber());
    TableReader reader =
        TableReader.lazy(
            setup.files().file(path),
            path,
            setup.id(),
            info,
            setup.environment().memory(),
            metrics,
            setup.cache().file(),
            setup.tableBudget());
    return new LiveTable(info, reader, () -> removeLater(path));
  }

  private void removeLater(Path file) {
    try {
      notNeeded.add(file);
      background.tryExecute(Lane.FLUSH, this::removeNotNeeded);
    } catch (RuntimeException | Error e) {
      // Whoever lets go of the last reference must be able to let go of others, too.
      stays(file, e);
    }
  }

  /** Removes the files that nobody holds any more. */
  void removeNotNeeded() {
    for (Path file = notNeeded.poll(); file != null; file = notNeeded.poll()) {
      remove(file);
    }
  }

  private void stays(Path file, Throwable why) {
    LOG.warn(
        "{} is not needed any more, but stays until the database is opened again: {}",
        file,
        why.toString());
  }

  /** Removes a file that no manifest names; what cannot be removed goes at the next opening. */
  void remove(Path file) {
    Vfs vfs = setup.environment().vfs();
    try {
      if (vfs.exists(file)) {
        vfs.delete(file);
      }
    } catch (IOException e) {
      stays(file, e);
    }
  }

  /** Takes something from manifest and views while they say the same of the tables. */
  synchronized <T> T betweenEdits(Supplier<T> look) {
    return look.get();
  }

  /**
   * Makes an edit durable and hands the new tree to {@code publish}. When it fails, nobody knows
   * whether the manifest names the added tables: they must be left where they are. Blob files that
   * no table refers to afterwards go with the same edit.
   */
  synchronized void install(VersionEdit edit, Consumer<Tree> publish) throws IOException {
    List<Long> dead = manifest.state().version().apply(edit).blobs().unreferenced();
    VersionEdit whole = dead.isEmpty() ? edit : edit.withRemovedBlobs(dead);
    List<LiveTable> added = new ArrayList<>();
    List<LiveBlobs> addedBlobs = new ArrayList<>();
    List<LiveTable> replaced = new ArrayList<>();
    boolean done = false;
    try {
      for (BlobFileInfo blob : whole.addedBlobs()) {
        addedBlobs.add(open(blob));
      }
      for (var table : whole.addedTables()) {
        added.add(open(table.table()));
      }
      Version version = manifest.apply(whole).version();
      done = true;
      List<LiveFile> removed = removed(whole);
      // What no tree ever contained goes with this hold.
      removed.forEach(LiveFile::retain);
      addedBlobs.forEach(blobs -> liveBlobs.put(blobs.number(), blobs));
      for (LiveTable table : added) {
        LiveTable before = live.put(table.info().fileNumber(), table);
        if (before != null) {
          before.retain();
          before.replacedBy(table);
          replaced.add(before);
        }
      }
      Tree tree = new Tree(version, this::liveTable, this::liveBlobs);
      removed.forEach(LiveFile::obsolete);
      removed.forEach(LiveFile::release);
      replaced.forEach(LiveFile::release);
      publish.accept(tree);
    } finally {
      if (!done) {
        added.forEach(LiveFile::closeFile);
        addedBlobs.forEach(LiveFile::closeFile);
      }
    }
  }

  private List<LiveFile> removed(VersionEdit edit) {
    List<LiveFile> removed = new ArrayList<>();
    Set<Long> stay = new HashSet<>();
    edit.addedTables().forEach(table -> stay.add(table.table().fileNumber()));
    for (long number : edit.removedTables()) {
      LiveTable table = stay.contains(number) ? null : live.remove(number);
      if (table != null) {
        removed.add(table);
      }
    }
    for (long number : edit.removedBlobs()) {
      LiveBlobs blobs = liveBlobs.remove(number);
      if (blobs != null) {
        removed.add(blobs);
      }
    }
    return removed;
  }

  /** Adds what a merge wrote as part of a run. */
  static void add(VersionEdit.Builder edit, int tier, long run, MergeResult result) {
    result.tables().forEach(table -> edit.addTable(tier, run, table));
    result.blobs().forEach(edit::addBlob);
    result.references().forEach(edit::references);
  }

  /** A number for the newest run; its order is that of asking for it, not that of its files. */
  long newRun() {
    long run = manifest.newFileNumber();
    manifest.forgetFileNumber(run);
    return run;
  }

  /** Adds what became of a memtable as the newest run. */
  void addNewest(VersionEdit.Builder edit, MergeResult result) {
    if (!result.tables().isEmpty()) {
      add(edit, 0, newRun(), result);
    }
  }

  /**
   * Writes what was in memory to tables, synced under durable names, without what no reader can
   * see.
   *
   * @param entries all of it, in order; stays open
   * @param announced whether the files are left-overs, not signs of lost edits, if they are found
   *     without a name after a crash
   */
  MergeResult write(
      InternalCursor entries,
      RangeTombstones tombstones,
      List<LiveSnapshot> live,
      long nowMs,
      OlderRuns older,
      boolean announced)
      throws IOException {
    return merge(
        entries,
        List.of(tombstones),
        live,
        nowMs,
        older,
        new MergeFiles(setup, manifest, this, null, announced),
        Long.MAX_VALUE,
        Slice.WHOLE,
        Interruption.NONE);
  }

  /**
   * Merges runs to tables, synced under durable names.
   *
   * @param slice where it ends
   */
  MergeResult merge(
      MergeSource source,
      List<LiveSnapshot> live,
      long nowMs,
      OlderRuns older,
      Slice slice,
      Interruption interruption)
      throws IOException {
    try (MergingCursor cursor = new MergingCursor(setup.environment().memory(), source.cursors())) {
      return merge(
          cursor,
          source.rangeTombstones(),
          live,
          nowMs,
          older,
          new MergeFiles(setup, manifest, this, source.tree(), false).lasting(older.isNone()),
          setup.options().tableFileBytes(),
          slice,
          interruption);
    }
  }

  /** Tables that are written outside of flush and merge; close it in any case. */
  final class Rewrite implements AutoCloseable {
    private final List<Long> begun = new ArrayList<>();
    private final List<TableInfo> finished = new ArrayList<>();
    private @Nullable TableWriter writer;
    private byte[] last = new byte[0];
    private boolean done;

    /** Adds a cursor's entry under another sequence; false if its key came before. */
    boolean add(long sequence, byte kind, InternalCursor entry) throws IOException {
      if (Memory.compare(entry.keyAddress(), entry.keyLength(), last) == 0) {
        return false;
      }
      TableWriter open = writer;
      if (open != null && open.estimatedBytes() >= setup.options().tableFileBytes()) {
        finished.add(open.finish());
        open.close();
        open = null;
      }
      if (open == null) {
        // Found without a name after a crash, it must not look like the work of a lost edit.
        long number = manifest.newAnnouncedFileNumber();
        begun.add(number);
        open = writer(number, options());
        writer = open;
      }
      open.add(
          sequence,
          kind,
          entry.encoding(),
          entry.expiresAtMs(),
          entry.keyAddress(),
          entry.keyLength(),
          entry.valueAddress(),
          entry.valueLength());
      last = Memory.bytes(entry.keyAddress(), entry.keyLength());
      return true;
    }

    /** The tables, synced under durable names. */
    List<TableInfo> finish() throws IOException {
      TableWriter open = writer;
      if (open != null) {
        finished.add(open.finish());
      }
      setup.environment().vfs().syncDirectory(setup.directory());
      done = true;
      return List.copyOf(finished);
    }

    @Override
    public void close() throws IOException {
      TableWriter open = writer;
      try {
        if (open != null) {
          open.close();
        }
      } finally {
        if (!done) {
          begun.forEach(number -> remove(setup.tablePath(number)));
        }
      }
    }
  }

  /** Begins tables from entries that come in key order. */
  Rewrite rewrite() {
    return new Rewrite();
  }

  TableWriter writer(long number, TableOptions options) throws IOException {
    return new TableWriter(
        setup.environment().vfs(),
        setup.tablePath(number),
        new TableId(setup.id(), number),
        options,
        setup.environment().memory());
  }

  private MergeResult merge(
      InternalCursor entries,
      List<RangeTombstones> tombstones,
      List<LiveSnapshot> live,
      long nowMs,
      OlderRuns older,
      MergeFiles outputs,
      long fileBytes,
      Slice slice,
      Interruption interruption)
      throws IOException {
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
              outputs,
              fileBytes,
              slice,
              interruption,
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
        outputs.giveUp();
      }
    }
  }
}
