package io.velocitydb.engine.sstable;

/**
 * The longest row of keys in a table that are nothing but deletes: what a cursor that comes to its
 * beginning steps over before it can show anything. An advice to whoever picks merges.
 *
 * @param deletes how many keys; 0 for none worth noting
 * @param last the last of them; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract, and never compared
public record DeletedStretch(long deletes, byte[] last) {
  /** None worth noting, or not known. */
  public static final DeletedStretch NONE = new DeletedStretch(0, new byte[0]);

  /** Whether there is one. */
  public boolean isPresent() {
    return deletes > 0;
  }
}
