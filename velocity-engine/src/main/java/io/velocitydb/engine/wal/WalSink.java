package io.velocitydb.engine.wal;

/** Takes what {@link WalReplay} reads. Addresses are valid only during the call. */
public interface WalSink {
  /** A group begins; false skips its entries. */
  default boolean group(long commitTimeMs, long firstSequence, long lastSequence) {
    return true;
  }

  /** An entry of the group. */
  void entry(
      long sequence,
      byte kind,
      byte encoding,
      long expiresAtMs,
      long keyAddress,
      int keyLength,
      long valueAddress,
      int valueLength);

  /** The group was taken whole. */
  default void groupEnd() {}

  /** How far the reading is, in bytes. */
  default void progress(long done, long total) {}
}
