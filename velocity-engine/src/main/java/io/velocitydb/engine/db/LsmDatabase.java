package io.velocitydb.engine.db;

import io.velocitydb.engine.Checkpoint;
import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.Ingested;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.PortableFile;
import io.velocitydb.engine.Progress;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.engine.cache.CacheUse;
import io.velocitydb.engine.commit.Batch;
import io.velocitydb.engine.commit.FutureCompletion;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.cursor.MergingCursor;
import io.velocitydb.engine.cursor.PointResult;
import io.velocitydb.engine.cursor.VisibleCursor;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.metrics.OperationMeter;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import io.velocitydb.engine.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What callers see of a {@link Store}. */
final class LsmDatabase implements Database {
  private static final int SNAPSHOT_PROGRESS_ENTRIES = 10_000;

  private final Store store;
  private final NativeMemory memory;
  private final LongAdder reads = new LongAdder();
  private final LongAdder readHits = new LongAdder();
  private final OperationMeter readMeter = new OperationMeter();

  LsmDatabase(Store store) {
    this.store = store;
    this.memory = store.setup().environment().memory();
  }

  Store store() {
    return store;
  }

  /** Point reads that were answered. */
  long reads() {
    return reads.sum();
  }

  /** Point reads that found an entry. */
  long hits() {
    return readHits.sum();
  }

  /** Failures and times of point reads. */
  OperationMeter readMeter() {
    return readMeter;
  }

  /** Failures and times of batches. */
  OperationMeter writeMeter() {
    return store.pipeline().meter();
  }

  @Override
  public String name() {
    return store.setup().name();
  }

  @Override
  public WriteBatch newBatch() {
    return new Batch(memory, store.setup().budget().batches());
  }

  @Override
  public void submit(WriteBatch batch, Durability durability, WriteCompletion completion) {
    if (!(batch instanceof Batch own)) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "a batch must come from newBatch() of a database");
    }
    if (store.closed()) {
      completion.failed(closed());
      return;
    }
    store.pipeline().submit(own, durability, completion);
  }

  private static EngineException closed() {
    return new EngineException(Kind.CLOSED, "the database is closed");
  }

  @Override
  public List<OperationResult> write(WriteBatch batch, Durability durability) {
    FutureCompletion completion = new FutureCompletion();
    submit(batch, durability, completion);
    return store.await(completion.future());
  }

  /** Writes one operation. */
  private OperationResult write(Consumer<WriteBatch> operation) {
    SingleWrite write = store.singleWrites().take();
    try {
      operation.accept(write.batch());
      end(write, store.setup().options().durability());
      return write.result();
    } finally {
      store.singleWrites().giveBack(write);
    }
  }

  private void end(SingleWrite write, Durability durability) {
    submit(write.batch(), durability, write);
    if (!write.ended().isSet()) {
      store.setup().environment().background().await(write.ended());
    }
  }

  @Override
  public long put(byte[] key, byte[] value) {
    SingleWrite write = store.singleWrites().take();
    try {
      write.batch().put(key, value);
      end(write, store.setup().options().durability());
      return write.version();
    } finally {
      store.singleWrites().giveBack(write);
    }
  }

  @Override
  public long put(
      long keyAddress, int keyLength, long valueAddress, int valueLength, Durability durability) {
    SingleWrite write = store.singleWrites().take();
    try {
      write
          .batch()
          .put(
              keyAddress,
              keyLength,
              valueAddress,
              valueLength,
              (byte) 0,
              Expiry.NONE,
              Condition.ALWAYS,
              false);
      end(write, durability);
      return write.version();
    } finally {
      store.singleWrites().giveBack(write);
    }
  }

  @Override
  public OperationResult put(
      byte[] key, byte[] value, byte encoding, Expiry expiry, Condition condition) {
    return write(batch -> batch.put(key, value, encoding, expiry, condition, false));
  }

  @Override
  public OperationResult delete(byte[] key) {
    return write(batch -> batch.delete(key));
  }

  @Override
  public OperationResult increment(byte[] key, long delta) {
    return write(batch -> batch.increment(key, delta, 0, Expiry.NONE));
  }

  @Override
  public Optional<Entry> get(byte[] key) {
    return get(key, null);
  }

  @Override
  public Optional<Entry> get(byte[] key, @Nullable Snapshot snapshot) {
    if (snapshot != null) {
      check(snapshot);
    }
    if (key.length < 1 || key.length > MAX_KEY_BYTES) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "a key has 1 to " + MAX_KEY_BYTES + " bytes, not " + key.length);
    }
    long address = memory.allocate(key.length, MemoryTag.CURSOR);
    try {
      Memory.copy(key, 0, address, key.length);
      Copy copy = new Copy(key.clone());
      read(address, key.length, true, copy, snapshot);
      return Optional.ofNullable(copy.entry);
    } finally {
      memory.free(address, key.length, MemoryTag.CURSOR);
    }
  }

  private static final class Copy implements EntrySink {
    private final byte[] key;
    private @Nullable Entry entry;

    Copy(byte[] key) {
      this.key = key;
    }

    @Override
    public void accept(
        long valueAddress, int valueLength, byte encoding, long version, long expiresAtMs) {
      entry =
          new Entry(key, Memory.bytes(valueAddress, valueLength), encoding, version, expiresAtMs);
    }
  }

  @Override
  public ReadResult read(long keyAddress, int keyLength, boolean mayBlock, EntrySink sink) {
    return read(keyAddress, keyLength, mayBlock, sink, null);
  }

  private ReadResult read(
      long keyAddress,
      int keyLength,
      boolean mayBlock,
      EntrySink sink,
      @Nullable Snapshot snapshot) {
    Clock clock = store.setup().environment().clock();
    long begun = readMeter.begin(clock);
    ReadResult result = find(keyAddress, keyLength, mayBlock, sink, snapshot);
    if (begun != 0 && result != ReadResult.NEEDS_IO) {
      readMeter.end(begun, clock);
    }
    return result;
  }

  private ReadResult find(
      long keyAddress,
      int keyLength,
      boolean mayBlock,
      EntrySink sink,
      @Nullable Snapshot snapshot) {
    ReadView view = store.views().acquire();
    PointResult result = store.results().take();
    try {
      // In this order: see ReadView.
      long sequence = snapshot == null ? store.views().visible() : snapshot.sequence();
      long timeMs = snapshot == null ? store.setup().time().now() : snapshot.timeMs();
      ReadResult found = PointReader.read(view, keyAddress, keyLength, sequence, mayBlock, result);
      if (found == ReadResult.NEEDS_IO) {
        return found;
      }
      boolean missing =
          found == ReadResult.MISSING || InternalKey.expired(result.expiresAtMs(), timeMs);
      if (!missing && PointReader.loadValue(view, mayBlock, result) == ReadResult.NEEDS_IO) {
        return ReadResult.NEEDS_IO;
      }
      reads.increment();
      if (missing) {
        return ReadResult.MISSING;
      }
      readHits.increment();
      sink.accept(
          result.valueAddress(),
          result.valueLength(),
          result.encoding(),
          result.sequence(),
          result.expiresAtMs());
      return ReadResult.FOUND;
    } catch (EngineException e) {
      readMeter.failed();
      throw e;
    } finally {
      store.results().giveBack(result);
      view.release();
    }
  }

  @Override
  public List<Optional<Entry>> multiGet(List<byte[]> keys) {
    return new MultiGet(keys).run(memory, (a, l, n, sink) -> multiRead(a, l, n, true, sink));
  }

  @Override
  public List<Optional<Entry>> multiGet(List<byte[]> keys, Snapshot snapshot) {
    return new MultiGet(keys)
        .run(memory, (a, l, n, sink) -> multiRead(a, l, n, true, snapshot, sink));
  }

  @Override
  public boolean multiRead(
      long[] keyAddresses, int[] keyLengths, int count, boolean mayBlock, MultiReadSink sink) {
    return multiRead(keyAddresses, keyLengths, count, mayBlock, sink, null);
  }

  @Override
  public boolean multiRead(
      long[] keyAddresses,
      int[] keyLengths,
      int count,
      boolean mayBlock,
      Snapshot snapshot,
      MultiReadSink sink) {
    check(snapshot);
    return multiRead(keyAddresses, keyLengths, count, mayBlock, sink, snapshot);
  }

  private boolean multiRead(
      long[] keyAddresses,
      int[] keyLengths,
      int count,
      boolean mayBlock,
      MultiReadSink sink,
      @Nullable Snapshot snapshot) {
    MultiGet.check(keyAddresses, keyLengths, count);
    Clock clock = store.setup().environment().clock();
    long begun = readMeter.begin(clock);
    ReadView view = store.views().acquire();
    MultiRead reader = store.multiReads().take();
    boolean answered;
    try {
      // In this order: see ReadView.
      long sequence = snapshot == null ? store.views().visible() : snapshot.sequence();
      long timeMs = snapshot == null ? store.setup().time().now() : snapshot.timeMs();
      answered =
          reader.read(view, sequence, timeMs, keyAddresses, keyLengths, count, mayBlock, sink);
    } finally {
      for (int failed = reader.failed(); failed > 0; failed--) {
        readMeter.failed();
      }
      store.multiReads().giveBack(reader);
      view.release();
    }
    if (answered) {
      reads.add(count - reader.failed());
      readHits.add(reader.found());
      readMeter.end(begun, clock);
    }
    return answered;
  }

  @Override
  public Snapshot snapshot() {
    if (store.closed()) {
      throw closed();
    }
    return store.snapshot();
  }

  @Override
  public Cursor cursor(KeyRange range, boolean reverse) {
    Snapshot own = snapshot();
    try {
      return cursor(range, reverse, own, own::close);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  @Override
  public Cursor cursor(KeyRange range, boolean reverse, Snapshot snapshot) {
    check(snapshot);
    return cursor(range, reverse, snapshot, () -> {});
  }

  private void check(Snapshot snapshot) {
    if (!store.snapshots().isOpen(snapshot)) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "the snapshot is closed, or belongs to another database");
    }
  }

  private Cursor cursor(KeyRange range, boolean reverse, Snapshot snapshot, Runnable onClose) {
    // After the snapshot: so the view has all that the snapshot sees.
    ReadView view = store.views().acquire();
    try {
      MergeSource source = MergeSource.of(view);
      // First: it may have to read files, and fail, when nothing else is held yet.
      List<RangeTombstones> tombstones = source.rangeTombstones();
      VisibleCursor cursor =
          new VisibleCursor(
              new MergingCursor(memory, source.cursors()),
              tombstones,
              memory,
              snapshot.sequence(),
              snapshot.timeMs(),
              range,
              reverse,
              (pointer, length, into) ->
                  view.tree().readLarge(pointer, length, CacheUse.FILL, true, into),
              () -> {
                view.release();
                onClose.run();
              });
      return store.watched(cursor);
    } catch (RuntimeException | Error e) {
      view.release();
      throw e;
    }
  }

  @Override
  public long count(KeyRange range) {
    long count = 0;
    try (Cursor cursor = cursor(range, false)) {
      while (cursor.next()) {
        count++;
      }
    }
    return count;
  }

  @Override
  public long estimateCount(KeyRange range) {
    return new Statistics(store).estimateCount(range);
  }

  @Override
  public void flush() {
    store.await(store.flush());
  }

  @Override
  public void compact() {
    store.await(store.flush());
    store.await(store.compactor().mergeAll());
  }

  @Override
  public VerifyReport verify() {
    return new OnlineVerifier(store).verify();
  }

  @Override
  public Checkpoint checkpoint(Path directory) {
    try (CheckpointDirectory target =
        new CheckpointDirectory(store.setup().environment(), directory)) {
      addTo(target);
      return target.finish(1, store.setup().id() + 1, 0);
    } catch (IOException e) {
      throw FileErrors.of(directory, e);
    }
  }

  @Override
  public PortableFile snapshot(Path file, Progress progress) {
    try {
      return store.background().here(() -> writeSnapshot(file, progress));
    } catch (IOException e) {
      throw FileErrors.of(file, e);
    }
  }

  private PortableFile writeSnapshot(Path file, Progress progress) throws IOException {
    long total = estimateCount(KeyRange.all());
    try (PortableTable table = new PortableTable(store.setup().environment().vfs(), file, memory);
        Cursor cursor = cursor(KeyRange.all(), false)) {
      for (long done = 0; cursor.next(); done++) {
        table.add(cursor);
        if (done % SNAPSHOT_PROGRESS_ENTRIES == 0) {
          progress.at(done, Math.max(done, total));
          store.demandOpen();
        }
      }
      PortableFile finished = table.finish();
      progress.at(finished.entries(), finished.entries());
      return finished;
    }
  }

  @Override
  public Ingested ingest(Path file, Progress progress) {
    try {
      return store.background().here(() -> Ingest.run(store, file, progress));
    } catch (IOException e) {
      throw FileErrors.of(file, e);
    }
  }

  /** Adds the present state to a checkpoint. */
  void addTo(CheckpointDirectory target) throws IOException {
    store
        .background()
        .here(
            () -> {
              try (CheckpointSource source = CheckpointSource.capture(store)) {
                target.add(source);
              }
              return store;
            });
  }

  @Override
  public DatabaseStats stats() {
    return new Statistics(store).stats(reads.sum(), readHits.sum());
  }
}
