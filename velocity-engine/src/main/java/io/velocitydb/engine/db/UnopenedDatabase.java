package io.velocitydb.engine.db;

import io.velocitydb.engine.Checkpoint;
import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.DatabaseStats;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.Ingested;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.PortableFile;
import io.velocitydb.engine.Progress;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.VerifyReport;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.engine.commit.Batch;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Stands for a database whose files could not be opened, so that the others can: every operation
 * answers why, and it can be verified and dropped.
 */
final class UnopenedDatabase implements Database {
  private final StoreSetup setup;
  private final EngineException reason;

  UnopenedDatabase(StoreSetup setup, EngineException reason) {
    this.setup = setup;
    this.reason = reason;
  }

  /**
   * Whether a failure to open concerns one database alone. A full disk concerns all, and is over
   * before somebody would think of opening a single one again.
   */
  static boolean isOfOneDatabase(EngineException failure) {
    return switch (failure.kind()) {
      case CORRUPTION, UNSUPPORTED_FORMAT, STORAGE_ERROR -> true;
      default -> false;
    };
  }

  StoreSetup setup() {
    return setup;
  }

  /** What every operation throws; a new one each time, since callers add to exceptions. */
  EngineException failure() {
    return new EngineException(
        reason.kind(),
        Outcome.NOT_APPLIED,
        "database \""
            + name()
            + "\" was not opened: "
            + reason.getMessage()
            + " ("
            + remedy()
            + "; the other databases work)",
        reason);
  }

  private String remedy() {
    return switch (reason.kind()) {
      case CORRUPTION -> "restore it from a backup and open the data directory again, or drop it";
      case UNSUPPORTED_FORMAT -> "open the data directory with that release, or drop it";
      default -> "make its files readable and open the data directory again";
    };
  }

  @Override
  public String name() {
    return setup.name();
  }

  @Override
  public WriteBatch newBatch() {
    return new Batch(setup.environment().memory(), setup.budget().batches());
  }

  @Override
  public void submit(WriteBatch batch, Durability durability, WriteCompletion completion) {
    completion.failed(failure());
  }

  @Override
  public List<OperationResult> write(WriteBatch batch, Durability durability) {
    throw failure();
  }

  @Override
  public long put(byte[] key, byte[] value) {
    throw failure();
  }

  @Override
  public long put(
      long keyAddress, int keyLength, long valueAddress, int valueLength, Durability durability) {
    throw failure();
  }

  @Override
  public OperationResult put(
      byte[] key, byte[] value, byte encoding, Expiry expiry, Condition condition) {
    throw failure();
  }

  @Override
  public OperationResult delete(byte[] key) {
    throw failure();
  }

  @Override
  public OperationResult increment(byte[] key, long delta) {
    throw failure();
  }

  @Override
  public Optional<Entry> get(byte[] key) {
    throw failure();
  }

  @Override
  public Optional<Entry> get(byte[] key, Snapshot snapshot) {
    throw failure();
  }

  @Override
  public ReadResult read(long keyAddress, int keyLength, boolean mayBlock, EntrySink sink) {
    throw failure();
  }

  @Override
  public List<Optional<Entry>> multiGet(List<byte[]> keys) {
    throw failure();
  }

  @Override
  public List<Optional<Entry>> multiGet(List<byte[]> keys, Snapshot snapshot) {
    throw failure();
  }

  @Override
  public boolean multiRead(
      long[] keyAddresses, int[] keyLengths, int count, boolean mayBlock, MultiReadSink sink) {
    throw failure();
  }

  @Override
  public boolean multiRead(
      long[] keyAddresses,
      int[] keyLengths,
      int count,
      boolean mayBlock,
      Snapshot snapshot,
      MultiReadSink sink) {
    throw failure();
  }

  @Override
  public Snapshot snapshot() {
    throw failure();
  }

  @Override
  public Cursor cursor(KeyRange range, boolean reverse) {
    throw failure();
  }

  @Override
  public Cursor cursor(KeyRange range, boolean reverse, Snapshot snapshot) {
    throw failure();
  }

  @Override
  public long count(KeyRange range) {
    throw failure();
  }

  @Override
  public long estimateCount(KeyRange range) {
    throw failure();
  }

  @Override
  public void flush() {
    throw failure();
  }

  @Override
  public void compact() {
    throw failure();
  }

  @Override
  public VerifyReport verify() {
    return OfflineVerifier.database(
        setup.environment().vfs(), setup.directory(), setup.id(), setup.environment().memory());
  }

  @Override
  public PortableFile snapshot(Path file, Progress progress) {
    throw failure();
  }

  @Override
  public Ingested ingest(Path file, Progress progress) {
    throw failure();
  }

  @Override
  public Checkpoint checkpoint(Path directory) {
    throw failure();
  }

  @Override
  public DatabaseStats stats() {
    return new DatabaseStats(
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, describe());
  }

  /** The reason in words. */
  String describe() {
    return String.valueOf(failure().getMessage());
  }
}
