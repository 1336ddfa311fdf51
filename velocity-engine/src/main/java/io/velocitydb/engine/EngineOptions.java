package io.velocitydb.engine;

import java.util.Optional;

/**
 * How an engine is set up. Immutable; start from {@link #defaults()} and change with the {@code
 * with} methods. A user sets {@code memoryLimit} and {@code durability}; the rest exists for tests
 * and special cases.
 *
 * @param memoryLimit bytes off the heap for memtables, indexes, filters and blocks
 * @param durability of writes that do not say otherwise
 * @param syncIntervalMs how often {@link Durability#INTERVAL} syncs, in milliseconds
 * @param memtableBytes size at which a memtable is flushed; 0 derives it from {@code memoryLimit};
 *     with {@code adaptiveCache} the largest such size
 * @param bloomFalsePositiveRate wanted share of filter hits for missing keys, above 0 and below 1
 * @param compression whether blocks are compressed
 * @param compactionThreshold runs that are merged into one
 * @param walRecovery how damage in the log is treated when opening
 * @param blockBytes size of an SSTable block before compression
 * @param walSegmentBytes size of a log segment
 * @param walIo how the log is written
 * @param blobBytes values longer than this lie in files of their own, apart from their keys
 * @param maxValueBytes the longest value, at most {@link Database#MAX_VALUE_BYTES}; in a directory
 *     of format 1 not more than {@link Database#MAX_VALUE_BYTES_OF_FORMAT_1} whatever this says
 * @param blobFileBytes size at which the next such file is begun, at most 128 MiB
 * @param adaptiveCache whether memory is moved between memtables and cached blocks, by what they
 *     are used for
 * @param targetCacheHitRate share of block reads that the cache should answer, above 0 and below 1;
 *     with more, blocks claim less of the memory that memtables could use
 * @param tableFileBytes size at which a merge begins the next table file
 * @param walArchive where the log is kept for a restore to a time, if it is
 */
public record EngineOptions(
    long memoryLimit,
    Durability durability,
    long syncIntervalMs,
    long memtableBytes,
    double bloomFalsePositiveRate,
    boolean compression,
    int compactionThreshold,
    WalRecovery walRecovery,
    int blockBytes,
    long walSegmentBytes,
    WalIo walIo,
    int blobBytes,
    int maxValueBytes,
    long blobFileBytes,
    boolean adaptiveCache,
    double targetCacheHitRate,
    long tableFileBytes,
    Optional<WalArchive> walArchive) {

  /** How damage in the log is treated when a database is opened. */
  public enum WalRecovery {
    /** A torn tail is cut; damage before it refuses to open and says what is at risk. */
    TAIL,
    /** Any record that does not match refuses to open, a torn tail too. */
    STRICT,
    /** What does not match is dropped and reported. */
    SKIP
  }

  /** How the log is written. What is durable when is the same in all of them. */
  public enum WalIo {
    /** The fastest of the others that works where the data lies, tried when the engine opens. */
    AUTO,
    /** By a write for each group of the log. */
    FILE,
    /**
     * By memory that is the file's: a write that asks no sync needs no system call. On 64-bit Linux
     * only.
     */
    MMAP,
    /**
     * By io_uring: a write that asks a sync takes one system call for both. On 64-bit Linux only,
     * and forbidden in most containers.
     */
    IO_URING
  }

  /**
   * Checks that every value is possible; the message of the error names the value and its range.
   */
  public EngineOptions {
    check(memoryLimit >= 1, "memoryLimit", memoryLimit, "at least 1 byte");
    check(syncIntervalMs >= 1, "syncIntervalMs", syncIntervalMs, "at least 1 ms");
    check(memtableBytes >= 0, "memtableBytes", memtableBytes, "0 or more bytes");
    check(
        bloomFalsePositiveRate > 0 && bloomFalsePositiveRate < 1,
        "bloomFalsePositiveRate",
        bloomFalsePositiveRate,
        "above 0 and below 1");
    check(compactionThreshold >= 2, "compactionThreshold", compactionThreshold, "at least 2 runs");
    check(blockBytes >= 1, "blockBytes", blockBytes, "at least 1 byte");
    check(walSegmentBytes >= 1, "walSegmentBytes", walSegmentBytes, "at least 1 byte");
    check(
        maxValueBytes >= 1 && maxValueBytes <= Database.MAX_VALUE_BYTES,
        "maxValueBytes",
        maxValueBytes,
        "1 byte to 64 MiB");
    check(blobBytes >= 0, "blobBytes", blobBytes, "0 or more bytes");
    check(
        blobFileBytes >= 1 && blobFileBytes <= 128L << 20,
        "blobFileBytes",
        blobFileBytes,
        "1 byte to 128 MiB");
    check(
        targetCacheHitRate > 0 && targetCacheHitRate < 1,
        "targetCacheHitRate",
        targetCacheHitRate,
        "above 0 and below 1");
    check(tableFileBytes >= 1, "tableFileBytes", tableFileBytes, "at least 1 byte");
  }

  private static void check(boolean possible, String name, Number value, String range) {
    if (!possible) {
      throw new EngineException(
          EngineException.Kind.INVALID_ARGUMENT, name + " must be " + range + ", not " + value);
    }
  }

  /** What most programs want: every write on stable storage, 256 MiB of memory. */
  public static EngineOptions defaults() {
    return new EngineOptions(
        256L << 20,
        Durability.ALWAYS,
        1_000,
        0,
        0.01,
        true,
        4,
        WalRecovery.TAIL,
        4096,
        64L << 20,
        WalIo.AUTO,
        4096,
        Database.MAX_VALUE_BYTES,
        64L << 20,
        true,
        0.95,
        32L << 20,
        Optional.empty());
  }

  public EngineOptions withMemoryLimit(long value) {
    Change change = new Change(this);
    change.memoryLimit = value;
    return change.done();
  }

  public EngineOptions withDurability(Durability value) {
    Change change = new Change(this);
    change.durability = value;
    return change.done();
  }

  public EngineOptions withSyncIntervalMs(long value) {
    Change change = new Change(this);
    change.syncIntervalMs = value;
    return change.done();
  }

  public EngineOptions withMemtableBytes(long value) {
    Change change = new Change(this);
    change.memtableBytes = value;
    return change.done();
  }

  public EngineOptions withBloomFalsePositiveRate(double value) {
    Change change = new Change(this);
    change.bloomFalsePositiveRate = value;
    return change.done();
  }

  public EngineOptions withCompression(boolean value) {
    Change change = new Change(this);
    change.compression = value;
    return change.done();
  }

  public EngineOptions withCompactionThreshold(int value) {
    Change change = new Change(this);
    change.compactionThreshold = value;
    return change.done();
  }

  public EngineOptions withWalRecovery(WalRecovery value) {
    Change change = new Change(this);
    change.walRecovery = value;
    return change.done();
  }

  public EngineOptions withBlockBytes(int value) {
    Change change = new Change(this);
    change.blockBytes = value;
    return change.done();
  }

  public EngineOptions withWalSegmentBytes(long value) {
    Change change = new Change(this);
    change.walSegmentBytes = value;
    return change.done();
  }

  public EngineOptions withWalIo(WalIo value) {
    Change change = new Change(this);
    change.walIo = value;
    return change.done();
  }

  public EngineOptions withBlobBytes(int value) {
    Change change = new Change(this);
    change.blobBytes = value;
    return change.done();
  }

  public EngineOptions withMaxValueBytes(int value) {
    Change change = new Change(this);
    change.maxValueBytes = value;
    return change.done();
  }

  public EngineOptions withBlobFileBytes(long value) {
    Change change = new Change(this);
    change.blobFileBytes = value;
    return change.done();
  }

  public EngineOptions withAdaptiveCache(boolean value) {
    Change change = new Change(this);
    change.adaptiveCache = value;
    return change.done();
  }

  public EngineOptions withTargetCacheHitRate(double value) {
    Change change = new Change(this);
    change.targetCacheHitRate = value;
    return change.done();
  }

  public EngineOptions withTableFileBytes(long value) {
    Change change = new Change(this);
    change.tableFileBytes = value;
    return change.done();
  }

  /** Keeps the log for {@link Engine#restore}. */
  public EngineOptions withWalArchive(WalArchive value) {
    Change change = new Change(this);
    change.walArchive = Optional.of(value);
    return change.done();
  }

  /** A copy that differs. */
  private static final class Change {
    private long memoryLimit;
    private Durability durability;
    private long syncIntervalMs;
    private long memtableBytes;
    private double bloomFalsePositiveRate;
    private boolean compression;
    private int compactionThreshold;
    private WalRecovery walRecovery;
    private int blockBytes;
    private long walSegmentBytes;
    private WalIo walIo;
    private int blobBytes;
    private int maxValueBytes;
    private long blobFileBytes;
    private boolean adaptiveCache;
    private double targetCacheHitRate;
    private long tableFileBytes;
    private Optional<WalArchive> walArchive;

    Change(EngineOptions from) {
      memoryLimit = from.memoryLimit;
      durability = from.durability;
      syncIntervalMs = from.syncIntervalMs;
      memtableBytes = from.memtableBytes;
      bloomFalsePositiveRate = from.bloomFalsePositiveRate;
      compression = from.compression;
      compactionThreshold = from.compactionThreshold;
      walRecovery = from.walRecovery;
      blockBytes = from.blockBytes;
      walSegmentBytes = from.walSegmentBytes;
      walIo = from.walIo;
      blobBytes = from.blobBytes;
      maxValueBytes = from.maxValueBytes;
      blobFileBytes = from.blobFileBytes;
      adaptiveCache = from.adaptiveCache;
      targetCacheHitRate = from.targetCacheHitRate;
      tableFileBytes = from.tableFileBytes;
      walArchive = from.walArchive;
    }

    EngineOptions done() {
      return new EngineOptions(
          memoryLimit,
          durability,
          syncIntervalMs,
          memtableBytes,
          bloomFalsePositiveRate,
          compression,
          compactionThreshold,
          walRecovery,
          blockBytes,
          walSegmentBytes,
          walIo,
          blobBytes,
          maxValueBytes,
          blobFileBytes,
          adaptiveCache,
          targetCacheHitRate,
          tableFileBytes,
          walArchive);
    }
  }
}
