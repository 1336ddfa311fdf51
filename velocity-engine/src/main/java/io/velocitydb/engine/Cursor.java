package io.velocitydb.engine;

/**
 * Walks the entries of one consistent state in key order, or against it. Not thread-safe; close it.
 *
 * <p>A new cursor stands before the first entry: {@code while (cursor.next()) { ... }}. Addresses
 * stay valid until the next call of any moving method, or close.
 */
public interface Cursor extends AutoCloseable {
  /** Moves to the next entry in the cursor's direction; false at the end. */
  boolean next();

  /**
   * Moves to the first entry at or after {@code key} (at or before it, on a reverse cursor) inside
   * the range; false when there is none.
   */
  boolean seek(byte[] key);

  /** Native address of the current key. */
  long keyAddress();

  /** Length of the current key in bytes. */
  int keyLength();

  /** Native address of the current value. */
  long valueAddress();

  /** Length of the current value in bytes. */
  int valueLength();

  /** Encoding of the current value. */
  byte encoding();

  /** Version of the current entry. */
  long version();

  /** When the current entry ends, in milliseconds since the Unix epoch; 0 for never. */
  long expiresAtMs();

  /** The current key, copied. */
  byte[] key();

  /** The current value, copied. */
  byte[] value();

  /** The current entry, copied. */
  default Entry entry() {
    return new Entry(key(), value(), encoding(), version(), expiresAtMs());
  }

  @Override
  void close();
}
