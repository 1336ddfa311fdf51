package io.velocitydb.engine.db;

import io.velocitydb.engine.Database;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.EngineOptions.WalIo;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.checksum.KeyHash;
import io.velocitydb.engine.commit.Batch;
import io.velocitydb.engine.commit.CommitEnvironment;
import io.velocitydb.engine.commit.CommitRequest;
import io.velocitydb.engine.commit.FutureCompletion;
import io.velocitydb.engine.commit.Lookup;
import io.velocitydb.engine.commit.ReadAhead;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.manifest.Manifest;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.vfs.DiskFullException;
import io.velocitydb.engine.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the commit pipeline does to a store. Of the applying thread, unless said otherwise. */
final class StoreCommit implements CommitEnvironment {
  /** Of what was read ahead, kept for the next turn. */
  private static final int KEPT_BYTES = 64 * 1024;

  private final Store store;
  private final PointResult point;
  private final NativeBuffer fetched;
  private final WriteThrottle throttle;
  private @Nullable ReadView turn;
  private long commitTimeMs;
  private long stalledSince;
  private final AtomicLong stallNanos = new AtomicLong();
  private volatile long lastWriteNanos;

  StoreCommit(Store store) {
    this.store = store;
    this.point = new PointResult(store.setup().environment().memory());
    this.fetched = new NativeBuffer(store.setup().environment().memory(), MemoryTag.WRITE_BATCH);
    this.throttle = new WriteThrottle(store.background(), () -> store.pipeline().resume());
  }

  /** Holds writes back in time. */
  WriteThrottle throttle() {
    return throttle;
  }

  /** Nanoseconds that writes were held back. */
  long stallNanos() {
    return stallNanos.get();
  }

  /** When the last write came, by the clock's nanoseconds. */
  long lastWriteNanos() {
    return lastWriteNanos;
  }

  /**
   * Runs an action between writes, and then, when all writes before it have ended, {@code settled}.
   * Any thread.
   */
  void atBarrier(Runnable action, Runnable settled) {
    store
        .pipeline()
        .submitControl(
            store.setup().environment().memory(),
            action,
            Durability.OS,
            new WriteCompletion() {
              @Override
              public void completed(List<OperationResult> results) {
                settled.run();
              }

              @Override
              public void failed(EngineException failure) {
                settled.run();
              }
            });
  }

  /**
   * Ends the log's active segment between writes; completes when it and all before it is durable.
   */
  CompletableFuture<?> sealLog() {
    FutureCompletion completion = new FutureCompletion();
    store
        .pipeline()
        .submitControl(
            store.setup().environment().memory(),
            () -> {
              if (store.pipeline().poison() == null) {
                store.wal().sealUsed();
              }
            },
            Durability.ALWAYS,
            completion);
    return completion.future();
  }

  @Override
  public boolean admit(long bytes, int operations, long nextSequence, boolean deletesOnly) {
    if (store.closed()) {
      throw new EngineException(Kind.CLOSED, "the database is closed");
    }
    boolean full = store.setup().disk().full();
    if (full && !deletesOnly) {
      throw store.diskFull();
    }
    if (store.views().immutableCount() >= WriteDebt.MAX_IMMUTABLES) {
      if (full) {
        throw store.diskFull();
      }
      store.flusher().request();
      stalled();
      return false;
    }
    // Deletes are taken on a full disk, where no flush may come.
    if (!full && !(store.setup().budget().admits(store) && inTime())) {
      stalled();
      return false;
    }
    LogKeeper keeper = store.keeper();
    if (!store.wal().ready() || nextSequence + operations - 1 > keeper.ceiling()) {
      if (full && keeper.blocked()) {
        keeper.request();
        throw store.diskFull();
      }
      keeper.request();
      return false;
    }
    if (stalledSince != 0) {
      stallNanos.addAndGet(store.setup().environment().clock().nanoTime() - stalledSince);
      stalledSince = 0;
    }
    return true;
  }

  /** Whether the debt allows a write already. Who has none pays for two looks. */
  private boolean inTime() {
    ReadView view = turn();
    double debt = WriteDebt.ofMemtables(view, store.setup().memtableBytes());
    debt = Math.max(debt, store.setup().budget().debt());
    return debt <= 0
        ? throttle.free()
        : throttle.admits(debt, store.setup().environment().clock().nanoTime());
  }

  private void stalled() {
    if (stalledSince == 0) {
      stalledSince = store.setup().environment().clock().nanoTime();
    }
  }

  @Override
  public void reserve(long bytes, boolean deletesOnly) {
    DiskReserve disk = store.setup().disk();
    try {
      try {
        store.wal().reserve(bytes);
      } catch (DiskFullException e) {
        disk.foundFull();
        if (!deletesOnly || !disk.release()) {
          throw e;
        }
        store.wal().reserve(bytes);
      }
    } catch (DiskFullException e) {
      throw store.diskFull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throttle.taken(bytes);
  }

  @Override
  public int maxValueBytes() {
    int wanted = store.setup().options().maxValueBytes();
    return store.manifest().format() >= Manifest.FORMAT_WITH_BLOBS
        ? wanted
        : Math.min(wanted, Database.MAX_VALUE_BYTES_OF_FORMAT_1);
  }

  @Override
  public long commitTimeMs() {
    commitTimeMs = Math.max(commitTimeMs, store.setup().time().now());
    return commitTimeMs;
  }

  @Override
  public Wal wal() {
    return store.wal();
  }

  private ReadView turn() {
    ReadView view = turn;
    if (view == null) {
      throw new IllegalStateException("no turn was begun");
    }
    return view;
  }

  @Override
  public void beginTurn() {
    turn = store.views().tryAcquire();
  }

  @Override
  public void endTurn() {
    point.release();
    fetched.shrink(KEPT_BYTES);
    ReadView view = turn;
    if (view == null) {
      return;
    }
    try {
      supplyNext(view);
    } finally {
      turn().release();
      turn = null;
    }
    store.setup().budget().check();
  }

  private void supplyNext(ReadView view) {
    lastWriteNanos = store.setup().environment().clock().nanoTime();
    if (!view.active().isEmpty() && !store.closed() && store.pipeline().poison() == null) {
      if (view.active().bytes() >= store.setup().memtableBytes()) {
        rotate();
        store.flusher().request();
      }
      LogKeeper keeper = store.keeper();
      // It resumes the pipeline when it has failed, and that leads here: on a full disk, for ever.
      boolean hopeless = store.setup().disk().full() && keeper.blocked();
      if (!hopeless && keeper.runsLow(store.pipeline().lastSequence())) {
        keeper.request();
      }
    }
  }

  /** Begins a new memtable; only between groups. */
  void rotate() {
    if (store.views().rotate(store.wal().written())) {
      turn().release();
      turn = store.views().tryAcquire();
    }
  }

  @Override
  public void insert(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength) {
    turn()
        .active()
        .add(
            sequence,
            kind,
            encoding,
            expiresAtMs,
            keyAddress,
            keyLength,
            valueAddress,
            valueLength);
  }

  @Override
  public boolean lookup(
      CommitRequest request, int operation, long keyAddress, int keyLength, Lookup into) {
    point.release();
    ReadView view = turn();
    long hash = KeyHash.of(keyAddress, keyLength);
    ReadResult result =
        PointReader.readMemory(view, keyAddress, keyLength, hash, InternalKey.MAX_SEQUENCE, point);
    if (result == ReadResult.NEEDS_IO) {
      ReadAhead ahead = request.readAhead();
      if (ahead != null
          && ahead.tablesSequence() == view.tablesSequence()
          && ahead.entries().containsKey(operation)) {
        fromReadAhead(ahead.entries().get(operation), into);
        return true;
      }
      result =
          PointReader.readTables(
              view.tree(), keyAddress, keyLength, hash, InternalKey.MAX_SEQUENCE, false, point);
    }
    if (result == ReadResult.FOUND && request.batch().needsValue(operation)) {
      result = PointReader.loadValue(view, false, point);
    }
    switch (result) {
      case FOUND ->
          into.found(
              point.sequence(),
              point.encoding(),
              point.expiresAtMs(),
              point.valueAddress(),
              point.valueLength());
      case MISSING -> into.missing();
      case NEEDS_IO -> {
        return false;
      }
    }
    return true;
  }

  private void fromReadAhead(Optional<Entry> entry, Lookup into) {
    if (entry.isEmpty()) {
      into.missing();
      return;
    }
    Entry found = entry.get();
    long value = fetched.reserve(found.value().length);
    Memory.copy(found.value(), 0, value, found.value().length);
    into.found(found.version(), found.encoding(), found.expiresAtMs(), value, found.value().length);
  }

  @Override
  public void readAhead(CommitRequest request, List<Integer> operations) {
    try {
      store.background().execute(Lane.READ, () -> readNow(request, operations));
    } catch (RejectedExecutionException closing) {
      request.readFailed(new EngineException(Kind.CLOSED, "the database is closed"));
      store.pipeline().resume();
    } catch (RuntimeException | Error e) {
      request.readFailed(unreadable(e));
      store.pipeline().resume();
    }
  }

  /** Reads the tables for a request that waits at the head of the queue. On a reading thread. */
  private void readNow(CommitRequest request, List<Integer> operations) {
    try {
      ReadView view = store.views().acquire();
      PointResult result = store.results().take();
      try {
        Map<Integer, Optional<Entry>> entries = new HashMap<>();
        for (int operation : operations) {
          entries.put(operation, readTables(view, request.batch(), operation, result));
        }
        request.readAhead(new ReadAhead(view.tablesSequence(), entries));
      } finally {
        store.results().giveBack(result);
        view.release();
      }
    } catch (EngineException e) {
      request.readFailed(
          new EngineException(e.kind(), Outcome.NOT_APPLIED, String.valueOf(e.getMessage()), e));
    } catch (RuntimeException | Error e) {
      // Whatever it was, the request must not wait for ever.
      request.readFailed(unreadable(e));
    }
    store.pipeline().resume();
  }

  private static EngineException unreadable(Throwable e) {
    return new EngineException(
        Kind.STORAGE_ERROR, Outcome.NOT_APPLIED, "a table could not be read: " + e, e);
  }

  private static Optional<Entry> readTables(
      ReadView view, Batch batch, int operation, PointResult result) {
    long key = batch.keyAddress(operation);
    int keyLength = batch.keyLength(operation);
    ReadResult found =
        PointReader.readTables(
            view.tree(),
            key,
            keyLength,
            KeyHash.of(key, keyLength),
            InternalKey.MAX_SEQUENCE,
            true,
            result);
    if (found != ReadResult.FOUND) {
      return Optional.empty();
    }
    if (batch.needsValue(operation)) {
      PointReader.loadValue(view, true, result);
    }
    Entry entry =
        new Entry(
            Memory.bytes(key, keyLength),
            Memory.bytes(result.valueAddress(), result.valueLength()),
            result.encoding(),
            result.sequence(),
            result.expiresAtMs());
    result.release();
    return Optional.of(entry);
  }

  @Override
  public void publish(long sequence) {
    store.views().publish(sequence);
    if (store.views().immutableCount() > 0) {
      store.flusher().request();
    }
  }

  /** Requests of io_uring stay with the log threads: each thread that submits some costs a pool. */
  @Override
  public boolean syncHere(Runnable sync) {
    return store.setup().options().walIo() != WalIo.IO_URING && store.background().tryHere(sync);
  }

  @Override
  public void synced() {
    if (store.views().immutableCount() > 0 || !store.wal().hasActive()) {
      store.flusher().request();
    }
  }

  @Override
  public void poisoned(EngineException reason) {
    store.poisoned(reason);
  }

  /** Gives memory back; nothing may be under way. */
  void close() {
    point.close();
    fetched.close();
  }
}
