package io.velocitydb.engine.rangedelete;

/**
 * The range tombstones of one source, as boundaries in key order: boundary i holds the sequences of
 * the tombstones that cover all keys from it up to boundary i + 1 (to the end of all keys, for the
 * last one). Nothing covers the keys before the first boundary. Thread-safe for readers.
 */
public interface RangeTombstones {
  /** No tombstones. */
  RangeTombstones NONE = new NoRangeTombstones();

  /** Whether there are none at this moment. */
  boolean isEmpty();

  /**
   * The highest sequence, at most {@code maxSequence}, of a tombstone over a key; 0 when none
   * covers it.
   */
  long covering(long keyAddress, int keyLength, long maxSequence);

  /** Walks the boundaries. Each caller needs its own. */
  Boundaries boundaries();

  /**
   * A position among the boundaries. Not thread-safe. Addresses stay valid as long as the source is
   * retained.
   */
  interface Boundaries {
    /**
     * To the last boundary at or before a key. Not {@link #valid()} when the key lies before all of
     * them; then {@link #next()} leads to the first.
     */
    void seek(long keyAddress, int keyLength);

    /** Before the first boundary: {@link #next()} leads to it. */
    void rewind();

    /** To the next boundary; not valid when there is none. */
    void next();

    /** Whether it stands on a boundary. */
    boolean valid();

    long keyAddress();

    int keyLength();

    /** The highest sequence at most {@code maxSequence} from here to the next boundary, or 0. */
    long covering(long maxSequence);
  }
}
