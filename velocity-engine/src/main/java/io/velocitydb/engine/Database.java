package io.velocitydb.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One named database: its own log, memtables and tree. Thread-safe.
 *
 * <p>Each operation is linearizable: it takes effect at one moment between call and completion, and
 * a completed write is seen by every read that begins afterwards.
 */
public interface Database {
  /** Longest key in bytes; the shortest has 1. */
  int MAX_KEY_BYTES = 64 * 1024;

  /** Longest value in bytes, from format 2 on; see {@link EngineOptions#maxValueBytes}. */
  int MAX_VALUE_BYTES = 64 * 1024 * 1024;

  /** Longest value in bytes in a directory of format 1. */
  int MAX_VALUE_BYTES_OF_FORMAT_1 = 1024 * 1024;

  /** Most keys of one {@link #multiGet} or {@link #multiRead}. */
  int MAX_MULTI_READ_KEYS = 64 * 1024;

  /** The name it was created with. */
  String name();

  /** A new empty batch for this engine. */
  WriteBatch newBatch();

  /**
   * Hands a batch to the commit pipeline and returns. Batches submitted by one thread take effect
   * in that order. Never waits for a disk; where the batch must be refused, {@code completion} is
   * told.
   */
  void submit(WriteBatch batch, Durability durability, WriteCompletion completion);

  /** Writes a batch and waits for its end. */
  List<OperationResult> write(WriteBatch batch, Durability durability);

  /**
   * Sets a key with the engine's default durability and waits.
   *
   * @return the version that the key has now
   */
  long put(byte[] key, byte[] value);

  /**
   * Sets a key without allocating and waits. Key and value are read from native memory.
   *
   * @return the version that the key has now
   */
  long put(
      long keyAddress, int keyLength, long valueAddress, int valueLength, Durability durability);

  /** Sets a key and waits. */
  OperationResult put(byte[] key, byte[] value, byte encoding, Expiry expiry, Condition condition);

  /** Deletes a key with the engine's default durability and waits. */
  OperationResult delete(byte[] key);

  /** Adds to a decimal integer and waits; the result's {@code number} is the new value. */
  OperationResult increment(byte[] key, long delta);

  /** The live entry of {@code key}, if there is one. */
  Optional<Entry> get(byte[] key);

  /** The entry of {@code key} as {@code snapshot} saw it. */
  Optional<Entry> get(byte[] key, Snapshot snapshot);

  /**
   * Reads without allocating. A caller that must not wait passes {@code mayBlock == false} and
   * repeats the call on another thread when told {@link ReadResult#NEEDS_IO}.
   *
   * @param keyAddress native address of the key
   * @param keyLength its length in bytes
   */
  ReadResult read(long keyAddress, int keyLength, boolean mayBlock, EntrySink sink);

  /**
   * The live entries of several keys in one state of the database, in the order of the keys; a key
   * may be named twice. Unlike for as many calls of {@link #get}, what the keys need from memory is
   * waited for at the same time, keys of one block share it, and blocks that are not in memory are
   * read side by side.
   *
   * <p>Fails as a whole if the answer for one key cannot be read; {@link #multiRead} tells which.
   *
   * @param keys at most {@value #MAX_MULTI_READ_KEYS}
   * @return as many as there are keys
   */
  List<Optional<Entry>> multiGet(List<byte[]> keys);

  /** As {@link #multiGet(List)}, in the state that {@code snapshot} saw. */
  List<Optional<Entry>> multiGet(List<byte[]> keys, Snapshot snapshot);

  /**
   * As {@link #multiGet(List)} without allocating, unless files must be read. A caller that must
   * not wait passes {@code mayBlock == false}; when told false, it forgets what the sink was told
   * and repeats the call on another thread.
   *
   * @param keyAddresses native address of each key
   * @param keyLengths length of each in bytes
   * @param count how many of them count, at most {@value #MAX_MULTI_READ_KEYS}
   * @return false if a file would have to be read; the sink may have been told of some keys then
   */
  boolean multiRead(
      long[] keyAddresses, int[] keyLengths, int count, boolean mayBlock, MultiReadSink sink);

  /** As above, in the state that {@code snapshot} saw. */
  boolean multiRead(
      long[] keyAddresses,
      int[] keyLengths,
      int count,
      boolean mayBlock,
      Snapshot snapshot,
      MultiReadSink sink);

  /** Fixes the present state until closed. */
  Snapshot snapshot();

  /** A cursor over the present state, which it pins by a snapshot of its own. */
  Cursor cursor(KeyRange range, boolean reverse);

  /** A cursor over the state of {@code snapshot}, which must stay open as long. */
  Cursor cursor(KeyRange range, boolean reverse, Snapshot snapshot);

  /** Counts the live entries of a range by walking them. */
  long count(KeyRange range);

  /** Estimates the entries of a range from file properties, without reading data blocks. */
  long estimateCount(KeyRange range);

  /** Writes what is in memory to SSTables and waits. */
  void flush();

  /** Merges all runs of the database and waits. */
  void compact();

  /** Reads and checks every byte of every file that belongs to the database. */
  VerifyReport verify();

  /**
   * Makes a data directory with this one database in its present state, which nothing changes
   * afterwards; {@link Engine#open} opens it. Takes milliseconds, while writes go on: the files are
   * linked, or copied where {@code directory} lies on another file system. When this returns, it is
   * on stable storage; if it fails, or the machine does, there is no directory of that name.
   *
   * @param directory must not exist yet
   * @throws EngineException if it exists, the database takes no writes any more, or files fail
   */
  Checkpoint checkpoint(Path directory);

  /**
   * Writes one consistent state of the database to one portable {@code .velo} file, while writes go
   * on; {@link #ingest} reads it, into this or any other database. When this returns, the file is
   * on stable storage; if it fails, there is none of that name.
   *
   * @param file must not exist yet
   * @throws EngineException if it exists, or files cannot be read or written
   */
  PortableFile snapshot(Path file, Progress progress);

  /**
   * Adds the entries of a {@code .velo} file ({@link #snapshot(Path, Progress)} and {@link
   * PortableFileWriter} write them), each as the newest of its key, all with one version and
   * visible at one moment. Keys that the file does not have stay as they are. The file is read and
   * checked as a whole before anything is changed, and stays where it is. Writes go on, but wait
   * for the last step, about as long as a flush takes. When this returns, it is on stable storage.
   *
   * @throws EngineException if the file is no {@code .velo} file or damaged, or the database takes
   *     no writes; nothing has changed then
   */
  Ingested ingest(Path file, Progress progress);

  /** Counters and sizes of this moment. */
  DatabaseStats stats();
}
