package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.commit.CommitPipeline;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.cursor.VisibleCursor;
import io.velocitydb.engine.manifest.CleanClose;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.manifest.VersionEdit;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.wal.FileWal;
import io.velocitydb.engine.wal.WalPosition;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database, open: its manifest, log, pipeline, views and tables, and their life from recovery
 * to close. Thread-safe. What writes need of it is {@link StoreCommit}; what callers see of it is
 * {@link LsmDatabase}.
 */
final class Store {
  private static final Logger LOG = LoggerFactory.getLogger(Store.class);

  /** Without a write for so long, memory and log are given back. */
  private static final long IDLE_NANOS = 120_000_000_000L;

  /** What a cursor steps over before anybody cares: with blocks of 4 KiB, 8,192 entries. */
  private static final int HIDDEN_PER_BLOCK_BYTE = 2;

  private static final long EXPIRY_CHECK_NANOS = 30_000_000_000L;

  private final StoreSetup setup;
  private final Manifest manifest;
  private final TrackedBackground background;
  private final TableStore tables;
  private final Views views;
  private final SnapshotRegistry snapshots;
  private final FileWal wal;
  private final Reusables<PointResult> results;
  private final Reusables<MultiRead> multiReads;
  private final Reusables<SingleWrite> singleWrites;
  private final CommitPipeline pipeline;
  private final LogKeeper keeper;
  private final Flusher flusher;
  private final Compactor compactor;
  private final StoreCommit commit;
  private final FlushWaiters waiters = new FlushWaiters();
  private final @Nullable LogArchiver archiver;
  private final WorkLoop archiving;
  private volatile boolean closed;
  private long lastExpiryCheck;
  private long lastRest;

  private Store(
      StoreSetup setup,
      Manifest manifest,
      TrackedBackground background,
      TableStore tables,
      Tree tree,
      long lastSequence,
      @Nullable LogArchiver archiver) {
    this.setup = setup;
    this.manifest = manifest;
    this.background = background;
    this.tables = tables;
    var environment = setup.environment();
    views = new Views(environment.memory(), tree, manifest.state().flushedSequence(), lastSequence);
    snapshots = new SnapshotRegistry(views::visible, setup.time()::now, this::snapshotReleased);
    wal = new FileWal(environment.vfs(), setup.id(), setup.options().walSegmentBytes());
    results =
        new Reusables<>(
            () -> new PointResult(environment.memory()), PointResult::release, PointResult::close);
    SideBySide reading = new SideBySide(background);
    multiReads =
        new Reusables<>(() -> new MultiRead(environment.memory(), reading), _ -> {}, _ -> {});
    singleWrites =
        new Reusables<>(
            () -> new SingleWrite(environment.memory(), setup.budget().batches()),
            SingleWrite::clear,
            SingleWrite::close);
    commit = new StoreCommit(this);
    pipeline =
        new CommitPipeline(
            commit,
            background,
            environment.clock(),
            environment.memory(),
            lastSequence,
            setup.budget().batches().most());
    keeper = new LogKeeper(setup, manifest, wal, background, new KeeperOwner());
    FlushOwner flushOwner = new FlushOwner();
    flusher = new Flusher(setup, manifest, wal, views, tables, snapshots, background, flushOwner);
    compactor = new Compactor(setup, views, tables, snapshots, background, flushOwner);
    this.archiver = archiver;
    archiving =
        new WorkLoop(background, Lane.COMPACTION, this::archiveSealed, this::archivingFailed);
    if (archiver != null) {
      wal.keepForArchive();
    }
  }

  /** Opens a database whose manifest exists, and recovers it. */
  static Store open(StoreSetup setup) throws IOException {
    var environment = setup.environment();
    Manifest manifest =
        Manifest.open(
            environment.vfs(),
            setup.directory(),
            environment.memory(),
            Manifest.read(environment.vfs(), setup.directory(), environment.memory()));
    try {
      TrackedBackground background = new TrackedBackground(environment.background());
      TableStore tables = new TableStore(setup, manifest, background);
      LogArchiver archiver =
          setup.options().walArchive().map(to -> new LogArchiver(setup, to)).orElse(null);
      long lastSequence = new Recovery(setup, manifest, tables).archivingBy(archiver).run();
      Tree tree = tables.openAll();
      Store store = new Store(setup, manifest, background, tables, tree, lastSequence, archiver);
      environment.listener().writable(setup.name());
      return store;
    } catch (IOException | RuntimeException | Error e) {
      try (manifest) {
        throw e;
      }
    }
  }

  private final class KeeperOwner implements LogKeeper.Owner {
    @Override
    public long lastSequence() {
      return pipeline.lastSequence();
    }

    @Override
    public void supplied() {
      pipeline.resume();
    }

    @Override
    public void failed(String what, Throwable cause) {
      pipeline.fail(what, cause);
    }
  }

  private final class FlushOwner implements Flusher.Owner {
    @Override
    public boolean broken() {
      return pipeline.poison() != null;
    }

    @Override
    public void sync() {
      pipeline.sync();
    }

    @Override
    public void written(long bytes, long nanos) {
      commit.throttle().flushed(bytes, nanos);
    }

    @Override
    public void flushed() {
      if (setup.disk().full() && views.immutableCount() > 0) {
        waiters.fail(diskFull());
      }
      waiters.flushed(flushedSequence());
      compactor.request();
      pipeline.resume();
      setup.budget().flushed();
    }

    @Override
    public void failed(String what, Throwable cause) {
      pipeline.fail(what, cause);
    }
  }

  StoreSetup setup() {
    return setup;
  }

  Manifest manifest() {
    return manifest;
  }

  Views views() {
    return views;
  }

  SnapshotRegistry snapshots() {
    return snapshots;
  }

  FileWal wal() {
    return wal;
  }

  Reusables<PointResult> results() {
    return results;
  }

  /** For reads of several keys; they hold nothing between two. */
  Reusables<MultiRead> multiReads() {
    return multiReads;
  }

  /** For writes of one operation. */
  Reusables<SingleWrite> singleWrites() {
    return singleWrites;
  }

  CommitPipeline pipeline() {
    return pipeline;
  }

  TableStore tables() {
    return tables;
  }

  Flusher flusher() {
    return flusher;
  }

  Compactor compactor() {
    return compactor;
  }

  LogKeeper keeper() {
    return keeper;
  }

  StoreCommit commit() {
    return commit;
  }

  TrackedBackground background() {
    return background;
  }

  boolean closed() {
    return closed;
  }

  /** Everything up to it lies in tables. */
  long flushedSequence() {
    return manifest.state().flushedSequence();
  }

  EngineException diskFull() {
    return new EngineException(
        Kind.DISK_FULL,
        "no space left for "
            + setup.directory()
            + ": free some space on its file system; deletes are still taken");
  }

  /** Rotates the memtable, and completes when everything before is in tables. */
  CompletableFuture<Void> flush() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    commit.atBarrier(
        () -> {
          try {
            beginFlush(done);
          } catch (RuntimeException | Error e) {
            done.completeExceptionally(
                new EngineException(
                    Kind.STORAGE_ERROR, Outcome.UNKNOWN, "the flush failed: " + e, e));
            throw e;
          }
        },
        () -> {});
    return done;
  }

  /**
   * A cursor that has what it steps over in memory written to a table, where merges can take it
   * away. Each flush of this kind needs as many new entries, so scans do not make many small
   * tables.
   */
  VisibleCursor watched(VisibleCursor cursor) {
    int entries = HIDDEN_PER_BLOCK_BYTE * setup.options().blockBytes();
    return cursor.onLongWay(entries, () -> flushIfHolding(entries));
  }

  private void flushIfHolding(int entries) {
    ReadView view = views.tryAcquire();
    if (view == null) {
      return;
    }
    try {
      if (view.active().entries() >= entries && pipeline.poison() == null && !closed) {
        var _ = flush();
      }
    } finally {
      view.release();
    }
  }

  /** As {@link #flush}, between writes already. */
  void beginFlush(CompletableFuture<Void> done) {
    EngineException broken = pipeline.poison();
    if (broken != null || closed) {
      done.completeExceptionally(broken != null ? readOnly(broken) : closedException());
      return;
    }
    commit.rotate();
    ReadView view = views.acquire();
    try {
      long sequence =
          view.immutables().isEmpty() ? 0 : view.immutables().getFirst().table().maxSequence();
      waiters.add(sequence, done);
    } finally {
      view.release();
    }
    waiters.flushed(flushedSequence());
    EngineException brokenNow = pipeline.poison();
    if (brokenNow != null) {
      // It failed after the first look, and maybe before this one waited.
      waiters.fail(readOnly(brokenNow));
    }
    flusher.request();
  }

  /** Ends with an error when the store is closed or dropped, so that nobody waits for long. */
  void demandOpen() {
    if (closed) {
      throw new EngineException(Kind.CLOSED, "database " + setup.name() + " was closed meanwhile");
    }
  }

  private static EngineException readOnly(EngineException reason) {
    return new EngineException(
        Kind.READ_ONLY, Outcome.NOT_APPLIED, String.valueOf(reason.getMessage()), reason);
  }

  private static EngineException closedException() {
    return new EngineException(Kind.CLOSED, "the database is closed");
  }

  /** The log failed: the flushes that somebody waits for will not come. */
  void poisoned(EngineException reason) {
    LOG.error("database {}: {}", setup.name(), reason.getMessage(), reason.getCause());
    waiters.fail(readOnly(reason));
    setup.budget().flushed();
    setup.environment().listener().readOnly(setup.name(), String.valueOf(reason.getMessage()));
  }

  /** A snapshot that saw all that the tables hold kept nothing in them from going. */
  private void snapshotReleased(long sequence) {
    if (!closed && sequence < views.tablesSequence()) {
      compactor.request();
    }
  }

  /**
   * Called every second.
   *
   * @param wasFull whether work may have been put off for want of space
   */
  void upkeep(boolean wasFull) {
    if (closed || pipeline.poison() != null) {
      return;
    }
    if (wasFull) {
      removeSpares();
      keeper.request();
      flusher.request();
      compactor.request();
      pipeline.resume();
    }
    if (archiver != null && !wal.toArchive().isEmpty()) {
      archiving.request();
    }
    long now = setup.environment().clock().nanoTime();
    if (now - lastExpiryCheck >= EXPIRY_CHECK_NANOS) {
      lastExpiryCheck = now;
      if (manifest.state().version().tables().stream().anyMatch(t -> t.expiring() > 0)) {
        compactor.request();
      }
    }
    if (now - commit.lastWriteNanos() >= IDLE_NANOS) {
      rest(now);
    }
  }

  private void removeSpares() {
    try {
      wal.removeSpares();
    } catch (IOException e) {
      LOG.warn(
          "cannot remove a file that {} does not need any more: {}", setup.name(), e.toString());
    }
  }

  /** Ends the log's active segment, if it was written to, and archives it. */
  void archive() {
    if (archiver != null && !closed && pipeline.poison() == null && wal.hasUnarchived()) {
      var _ = commit.sealLog().thenRun(archiving::request);
    }
  }

  private void archiveSealed() throws IOException {
    if (archiver != null) {
      archiver.archive(wal);
    }
  }

  private void archivingFailed(Throwable e) {
    LOG.warn("database {}: a log segment was not archived: {}", setup.name(), e.toString());
  }

  /** Gives back, step by step, what a database that is not written to does not need. */
  private void rest(long now) {
    if (views.activeBytes() > 0 || views.immutableCount() > 0) {
      var _ = flush();
    } else if (wal.hasActive()) {
      commit.atBarrier(
          () -> {
            if (views.activeBytes() == 0 && views.immutableCount() == 0 && !closed) {
              wal.sealActive();
              pipeline.sync();
            }
          },
          flusher::request);
    } else if (now - lastRest >= IDLE_NANOS) {
      lastRest = now;
      background.tryExecute(Lane.FLUSH, this::giveBack);
    }
  }

  private void giveBack() {
    removeSpares();
    results.trim();
    multiReads.trim();
    singleWrites.trim();
    try {
      manifest.rest();
    } catch (IOException e) {
      // All that was written to it was synced.
      LOG.warn("the manifest of {} could not be closed: {}", setup.directory(), e.toString());
    }
    List<LiveTable> loaded = tables.loaded();
    long read = loaded.stream().mapToInt(LiveTable::age).filter(age -> age == 0).count();
    if (read == 0) {
      unload(loaded);
    }
  }

  /**
   * Takes the indexes and filters of tables out of memory; those who read now go on. As a task of
   * {@link #background}, so that the store is not closed meanwhile.
   */
  void unload(Collection<LiveTable> list) {
    tables.unload(list, views::changed);
  }

  /** Waits for a future, and throws what it failed with. */
  <T> T await(CompletableFuture<T> future) {
    try {
      return setup.environment().background().await(future);
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException failure) {
        throw failure;
      }
      throw e;
    }
  }

  Snapshot snapshot() {
    return snapshots.create();
  }

  /**
   * Takes nothing more, waits for what is under way, and closes. All memory and files are given
   * back, whatever fails.
   *
   * @param keep whether the log is synced and its end noted; not for a database that was dropped
   */
  void close(boolean keep) throws IOException {
    closed = true;
    CompletableFuture<Void> drained = new CompletableFuture<>();
    commit.atBarrier(() -> {}, () -> drained.complete(null));
    background.await(drained);
    compactor.cancel();
    background.close();
    IOException failure = null;
    if (keep && pipeline.poison() == null) {
      try {
        noteCleanEnd();
        archiveSealed();
      } catch (IOException e) {
        failure = e;
      }
    }
    waiters.fail(closedException());
    failure = closeQuietly(pipeline::close, failure);
    failure = closeQuietly(commit::close, failure);
    failure = closeQuietly(views::close, failure);
    failure = closeQuietly(results::close, failure);
    failure = closeQuietly(singleWrites::close, failure);
    failure = closeQuietly(keeper::close, failure);
    failure = closeQuietly(wal::close, failure);
    failure = closeQuietly(manifest::close, failure);
    if (failure != null) {
      throw failure;
    }
  }

  private void noteCleanEnd() throws IOException {
    wal.sync();
    WalPosition end = wal.syncedPosition();
    VersionEdit edit =
        VersionEdit.builder()
            .engineTime(setup.time().now())
            .cleanClose(new CleanClose(end.segment(), end.offset(), pipeline.lastSequence()))
            .build();
    try {
      setup.disk().withReserve(() -> manifest.apply(edit));
    } catch (DiskFullException e) {
      // The log is synced, and that is what was promised.
      LOG.info("no space left to note the end of {}: its log will be replayed", setup.directory());
    }
  }

  /** An action that closes something. */
  private interface Closing {
    void run() throws IOException;
  }

  private static @Nullable IOException closeQuietly(Closing closing, @Nullable IOException before) {
    try {
      closing.run();
      return before;
    } catch (IOException | RuntimeException e) {
      if (before == null) {
        return e instanceof IOException io ? io : new IOException(e.getMessage(), e);
      }
      before.addSuppressed(e);
      return before;
    }
  }
}
