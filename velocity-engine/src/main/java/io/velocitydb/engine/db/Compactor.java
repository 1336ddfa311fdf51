package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.blob.BlobReference;
import io.velocitydb.engine.compaction.CompactionJob;
import io.velocitydb.engine.compaction.CompactionPicker;
import io.velocitydb.engine.compaction.LiveSnapshot;
import io.velocitydb.engine.compaction.MergeResult;
import io.velocitydb.engine.compaction.OlderRuns;
import io.velocitydb.engine.compaction.Slice;
import io.velocitydb.engine.compaction.StretchPicker;
import io.velocitydb.engine.manifest.Run;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.sstable.SortedRun;
import io.velocitydb.engine.sstable.TableInfo;
import io.velocitydb.engine.vfs.DiskFullException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Merges runs of one database in the background, one job at a time. */
final class Compactor {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);

  /** Deletes in a row that fill fewer than about eight blocks cost a seek nothing to speak of. */
  private static final int BLOCK_BYTES_PER_DELETE = 4;

  private final StoreSetup setup;
  private final Views views;
  private final TableStore tables;
  private final SnapshotRegistry snapshots;
  private final Flusher.Owner owner;
  private final WorkLoop loop;
  private final AtomicLong compactions = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();

  /** Those who wait for a merge of everything; guarded by itself. */
  private final List<CompletableFuture<Void>> whole = new ArrayList<>();

  /** Merges that were begun; each takes turns before those that come after it. */
  private final Deque<MergeProgress> underWay = new ArrayDeque<>();

  private volatile boolean cancelled;
  private volatile boolean damaged;

  Compactor(
      StoreSetup setup,
      Views views,
      TableStore tables,
      SnapshotRegistry snapshots,
      TrackedBackground background,
      Flusher.Owner owner) {
    this.setup = setup;
    this.views = views;
    this.tables = tables;
    this.snapshots = snapshots;
    this.owner = owner;
    this.loop = new WorkLoop(background, Lane.COMPACTION, this::mergeDue, this::failedUnexpectedly);
  }

  /** Merges finished. */
  long compactions() {
    return compactions.get();
  }

  /** Bytes that merges wrote. */
  long bytesWritten() {
    return bytesWritten.get();
  }

  /** Merges what is due, on another thread. */
  void request() {
    loop.request();
  }

  /** Merges all runs into one, and completes then. */
  CompletableFuture<Void> mergeAll() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (whole) {
      whole.add(done);
    }
    if (cancelled) {
      cancel();
    } else {
      request();
    }
    return done;
  }

  /** Ends the merge that runs, and starts none any more. */
  void cancel() {
    cancelled = true;
    fail(takeWaiting(), new EngineException(Kind.CLOSED, "the database is closed"));
  }

  private List<CompletableFuture<Void>> takeWaiting() {
    synchronized (whole) {
      List<CompletableFuture<Void>> taken = new ArrayList<>(whole);
      whole.clear();
      return taken;
    }
  }

  private static void fail(List<CompletableFuture<Void>> waiting, EngineException reason) {
    waiting.forEach(waiter -> waiter.completeExceptionally(reason));
  }

  private void mergeDue() throws IOException {
    List<CompletableFuture<Void>> waiting = takeWaiting();
    try {
      if (!waiting.isEmpty()) {
        if (owner.broken()) {
          throw new EngineException(
              Kind.READ_ONLY, "the database takes no writes until it is reopened");
        }
        mergeEverything();
        waiting.forEach(waiter -> waiter.complete(null));
      }
      boolean merged = true;
      while (merged && !stopped() && !damaged) {
        merged = merge(false);
      }
    } catch (EngineException e) {
      underWay.clear();
      failed(e);
      fail(waiting, e);
    } catch (DiskFullException e) {
      underWay.clear();
      EngineException full =
          new EngineException(
              Kind.DISK_FULL, "no space left to merge tables of " + setup.directory());
      failed(full);
      fail(waiting, full);
    } catch (IOException | RuntimeException | Error e) {
      fail(waiting, unexpected(e));
      throw e;
    }
  }

  private void mergeEverything() throws IOException {
    underWay.clear();
    boolean more = merge(true);
    while (more && !underWay.isEmpty()) {
      goOn();
      more = merge(false);
    }
  }

  private void failedUnexpectedly(Throwable e) {
    owner.failed("a merge of tables could not be recorded", e);
    fail(takeWaiting(), unexpected(e));
  }

  private static EngineException unexpected(Throwable e) {
    return new EngineException(
        Kind.STORAGE_ERROR, Outcome.UNKNOWN, "the merge failed: " + e.getMessage(), e);
  }

  private boolean stopped() {
    return cancelled || owner.broken();
  }

  private void failed(EngineException e) {
    switch (e.kind()) {
      case CLOSED, READ_ONLY -> LOG.debug("a merge was ended: {}", e.getMessage());
      case DISK_FULL -> {
        setup.disk().foundFull();
        LOG.warn("database {}: a merge found no space and is put off", setup.name());
      }
      default -> {
        // Reading and writing go on; merging the same files again would only meet the same damage.
        damaged = true;
        LOG.error(
            "database {}: merging is stopped until it is opened again: {}",
            setup.name(),
            e.getMessage());
        setup.environment().listener().damaged(setup.name(), String.valueOf(e.getMessage()));
      }
    }
  }

  /** Does the next thing that is due; whether there was one. */
  private boolean merge(boolean all) throws IOException {
    Tree tree = views.acquireTree();
    try {
      List<Run> runs = tree.version().runs();
      List<SortedRun> sorted = runs.stream().map(Run::tables).toList();
      // Before the snapshots are listed: those that come later are at least as new.
      long now = setup.time().now();
      long visible = views.visible();
      List<Snapshot> open = snapshots.list();
      if (!all && dropWhole(tree, sorted, open, now, visible)) {
        return true;
      }
      begin(runs, sorted, all, oldest(open, visible));
      return mergeSlice(tree, runs, open, now) || moveValues(tree, runs, sorted, open, now);
    } finally {
      tree.release();
      // Here, lest the space that a slice gave back waits for a long flush.
      tables.removeNotNeeded();
    }
  }

  /** The lowest sequence that a reader may read at. */
  private static long oldest(List<Snapshot> open, long visible) {
    long oldest = visible;
    for (Snapshot snapshot : open) {
      oldest = Math.min(oldest, snapshot.sequence());
    }
    return oldest;
  }

  /** Drops tables in which no reader can see anything, without reading them. */
  private boolean dropWhole(
      Tree tree, List<SortedRun> sorted, List<Snapshot> open, long now, long visible)
      throws IOException {
    long earliest = now;
    for (Snapshot snapshot : open) {
      earliest = Math.min(earliest, snapshot.timeMs());
    }
    Set<Long> numbers = new TreeSet<>();
    CompactionPicker.expired(sorted, earliest).forEach(table -> numbers.add(table.fileNumber()));
    CompactionPicker.covered(
            sorted,
            new MergeSource(tree, 0, tree.runCount()).rangeTombstones(),
            oldest(open, visible),
            setup.environment().memory())
        .forEach(table -> numbers.add(table.fileNumber()));
    if (numbers.isEmpty()) {
      return false;
    }
    VersionEdit.Builder edit = VersionEdit.builder().engineTime(now);
    numbers.forEach(edit::removeTable);
    tables.install(edit.build(), views::changed);
    compactions.incrementAndGet();
    return true;
  }

  /**
   * Writes a table anew that refers to a blob file which is mostly dead, so that the file can go;
   * whether there was one.
   */
  private boolean moveValues(
      Tree tree, List<Run> runs, List<SortedRun> sorted, List<Snapshot> open, long now)
      throws IOException {
    Set<Long> dead = MergeFiles.mostlyDead(tree.version().blobs());
    if (dead.isEmpty()) {
      return false;
    }
    for (int i = 0; i < runs.size(); i++) {
      List<TableInfo> inside = runs.get(i).tables().tables();
      for (int j = 0; j < inside.size(); j++) {
        TableInfo table = inside.get(j);
        if (tree.version().blobs().refersTo(table.fileNumber(), dead)) {
          OlderRuns older = new OlderRuns(sorted.subList(i + 1, sorted.size()));
          MergeResult result =
              tables.merge(
                  MergeSource.ofTable(tree, i, j), live(open), now, older, Slice.WHOLE, this::goOn);
          VersionEdit.Builder edit = VersionEdit.builder().engineTime(now);
          edit.removeTable(table.fileNumber());
          TableStore.add(edit, runs.get(i).tier(), runs.get(i).number(), result);
          tables.install(edit.build(), views::changed);
          compactions.incrementAndGet();
          bytesWritten.addAndGet(result.bytesWritten());
          return true;
        }
      }
    }
    return false;
  }

  private static List<LiveSnapshot> live(List<Snapshot> open) {
    return open.stream().map(s -> new LiveSnapshot(s.sequence(), s.timeMs())).toList();
  }

  private void goOn() {
    if (stopped()) {
      throw new EngineException(Kind.CLOSED, "the database is closing");
    }
  }

  /** Begins with what is due of the runs that are newer than those of the merge under way. */
  private void begin(List<Run> runs, List<SortedRun> sorted, boolean all, long oldestSequence) {
    int newer = runs.size();
    if (!all && !underWay.isEmpty()) {
      newer = 0;
      while (newer < runs.size() && !underWay.getFirst().contains(runs.get(newer))) {
        newer++;
      }
    }
    List<SortedRun> choice = sorted.subList(0, newer);
    Optional<CompactionJob> job = all ? CompactionPicker.all(choice) : pick(choice, sorted);
    if (job.isPresent()) {
      int first = job.get().first();
      underWay.push(
          new MergeProgress(
              runs.subList(first, first + job.get().count()),
              all,
              setup.options().tableFileBytes()));
    } else if (underWay.isEmpty() && tables.cutsTables()) {
      StretchPicker.pick(
              sorted, oldestSequence, setup.options().blockBytes() / BLOCK_BYTES_PER_DELETE)
          .ifPresent(
              found ->
                  underWay.push(new MergeProgress(runs, found, setup.options().tableFileBytes())));
    }
  }

  /**
   * What is due of some runs: as many of one tier as are merged, or a merge because there are too
   * many in all. While memory can hold the data, a read pays for every run and little for anything
   * else; beyond, writing less is worth twice as many.
   */
  private Optional<CompactionJob> pick(List<SortedRun> choice, List<SortedRun> all) {
    int threshold = Math.max(2, setup.options().compactionThreshold());
    long bytes = all.stream().mapToLong(SortedRun::bytes).sum();
    int most = bytes <= setup.options().memoryLimit() ? threshold : 2 * threshold;
    return CompactionPicker.pick(choice, threshold, setup.memtableBytes())
        .or(() -> CompactionPicker.fewer(choice, most));
  }

  /** Merges the next slice of what was begun last; false if nothing is under way. */
  private boolean mergeSlice(Tree tree, List<Run> runs, List<Snapshot> open, long now)
      throws IOException {
    while (!underWay.isEmpty()) {
      MergeProgress merge = underWay.getFirst();
      List<List<TableInfo>> inputs = merge.remaining(runs);
      if (!inputs.isEmpty()) {
        mergeSlice(tree, runs, merge, inputs, open, now);
        return true;
      }
      underWay.pop();
      compactions.incrementAndGet();
    }
    return false;
  }

  private void mergeSlice(
      Tree tree,
      List<Run> runs,
      MergeProgress merge,
      List<List<TableInfo>> inputs,
      List<Snapshot> open,
      long now)
      throws IOException {
    OlderRuns older =
        new OlderRuns(
            runs.stream()
                .filter(run -> run.compareTo(merge.target()) > 0)
                .map(Run::tables)
                .toList());
    MergeResult result =
        tables.merge(
            MergeSource.ofTables(tree, inputs),
            live(open),
            now,
            older,
            tables.cutsTables() ? merge.slice() : Slice.WHOLE,
            this::goOn);
    VersionEdit.Builder edit = VersionEdit.builder().engineTime(now);
    byte[] next = result.next().orElse(null);
    for (Run run : runs) {
      for (TableInfo table : run.tables().tables()) {
        if (inputs.stream().anyMatch(list -> list.contains(table))) {
          consume(edit, tree, run, table, next);
        }
      }
    }
    TableStore.add(edit, merge.target().tier(), merge.target().number(), result);
    tables.install(edit.build(), views::changed);
    merge.doneUpTo(next);
    bytesWritten.addAndGet(result.bytesWritten());
  }

  /** Removes what was merged of a table. */
  private static void consume(
      VersionEdit.Builder edit, Tree tree, Run run, TableInfo table, byte @Nullable [] next) {
    if (next == null || table.endsBefore(next)) {
      edit.removeTable(table.fileNumber());
    } else if (Arrays.compareUnsigned(table.smallest(), next) < 0) {
      edit.removeTable(table.fileNumber());
      edit.addTable(run.tier(), run.number(), table.from(next));
      List<BlobReference> references = tree.version().blobs().references().get(table.fileNumber());
      if (references != null) {
        edit.references(table.fileNumber(), references);
      }
    }
  }
}
