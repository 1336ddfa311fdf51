package io.velocitydb.engine.cursor;

/**
 * Walks every version and point tombstone of one or more sources in internal order ({@link
 * InternalKey}), whether visible or not. Range tombstones are not among the entries.
 *
 * <p>Not thread-safe. A new cursor is not valid until positioned; {@link #next()} and {@link
 * #previous()} may be called only while valid, and make it invalid when they leave the last or
 * first entry. Addresses stay valid until the next move or {@link #close()}. Moves that read files
 * throw {@link io.velocitydb.engine.EngineException}, after which the cursor can only be closed.
 */
public interface InternalCursor extends AutoCloseable {
  /** A cursor over nothing. */
  InternalCursor EMPTY = new EmptyCursor();

  /** To the first entry at or after (key, sequence). */
  void seek(long keyAddress, int keyLength, long sequence);

  /** To the last entry at or before (key, sequence). */
  void seekForPrev(long keyAddress, int keyLength, long sequence);

  /** To the first entry. */
  void first();

  /** To the last entry. */
  void last();

  /** To the entry after this one. */
  void next();

  /** To the entry before this one. */
  void previous();

  /** Whether the cursor stands on an entry. */
  boolean valid();

  long keyAddress();

  int keyLength();

  long sequence();

  /** A point kind of {@link EntryKind}; of a BLOB, the value is a pointer. */
  byte kind();

  byte encoding();

  /** Milliseconds since the Unix epoch; 0 for never. */
  long expiresAtMs();

  long valueAddress();

  int valueLength();

  /**
   * The highest sequence among the source's entries, or more. What lies in a source whose highest
   * sequence is below a range tombstone's is wholly deleted inside its range, and is skipped by one
   * seek.
   */
  long maxSequence();

  @Override
  void close();
}
