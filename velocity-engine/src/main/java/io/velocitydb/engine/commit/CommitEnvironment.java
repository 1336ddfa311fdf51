package io.velocitydb.engine.commit;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.wal.Wal;
import java.util.List;

/**
 * What the pipeline needs of its database. Called by the one thread that applies, unless a method
 * says otherwise. Nothing here waits for a disk or sleeps, but {@link #syncHere}.
 */
public interface CommitEnvironment extends PresentState {
  /**
   * Whether a request may be applied now.
   *
   * @param bytes most bytes that it adds to the log
   * @param operations sequences that it takes
   * @param nextSequence the first of them
   * @param deletesOnly whether it frees space rather than takes it
   * @return false to leave it and all behind it waiting until {@link CommitPipeline#resume()}
   * @throws EngineException to refuse it before it takes a sequence
   */
  boolean admit(long bytes, int operations, long nextSequence, boolean deletesOnly);

  /** Takes log space for a request, as {@link Wal#reserve}; an exception refuses the request. */
  void reserve(long bytes, boolean deletesOnly);

  /** The longest value that may be written now. */
  int maxValueBytes();

  /** Milliseconds since the Unix epoch, never less than before. */
  long commitTimeMs();

  /** The log. */
  Wal wal();

  /** Puts an entry into memory, where nobody sees it before {@link #publish}. */
  void insert(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength);

  /** A turn of applying begins; what {@link #lookup} finds stays in place until it ends. */
  void beginTurn();

  /** The turn ends; a good moment to look after memory and log segments. */
  void endTurn();

  /**
   * Has the keys of operations read from files on another thread, which leaves the result in the
   * request and resumes the pipeline.
   */
  void readAhead(CommitRequest request, List<Integer> operations);

  /** Shows everything up to a sequence to readers. Any thread, one at a time, in order. */
  void publish(long sequence);

  /**
   * Runs a sync on this thread, that of a caller who waits for it, and returns true; false if
   * another thread must do it. Any thread.
   */
  boolean syncHere(Runnable sync);

  /** The log was synced further. Any thread. */
  void synced();

  /** The log failed: nothing is written any more. Any thread. */
  void poisoned(EngineException reason);
}
