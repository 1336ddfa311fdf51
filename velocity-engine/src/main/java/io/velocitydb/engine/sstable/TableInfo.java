package io.velocitydb.engine.sstable;

import java.util.Arrays;

/**
 * What is known of an SSTable without opening it; the manifest stores it. The bounds include those
 * of the range tombstones. A merge that is not finished leaves tables of which only the keys from
 * {@code smallest} on still belong to the tree; the file has more.
 *
 * @param fileNumber names the file
 * @param fileBytes its length
 * @param smallest first user key inside; empty for the beginning of all keys
 * @param largest last user key inside, or the first outside when {@code largestExclusive}; empty
 *     (and exclusive) for the end of all keys
 * @param largestExclusive whether {@code largest} itself lies outside
 * @param minSequence lowest sequence of an entry or range tombstone
 * @param maxSequence highest sequence of an entry or range tombstone
 * @param entries point entries, deletes included
 * @param deletes point entries that delete
 * @param rangeTombstones fragments of range tombstones
 * @param expiring point entries with an expiry
 * @param minExpiryMs lowest expiry of those; 0 without any
 * @param maxExpiryMs highest expiry of those; 0 without any
 * @param stretch the most deletes in a row; it is not in the file, and none where it was not noted
 */
@SuppressWarnings("ArrayRecordComponent") // read-only by contract; compared by content below
public record TableInfo(
    long fileNumber,
    long fileBytes,
    byte[] smallest,
    byte[] largest,
    boolean largestExclusive,
    long minSequence,
    long maxSequence,
    long entries,
    long deletes,
    long rangeTombstones,
    long expiring,
    long minExpiryMs,
    long maxExpiryMs,
    DeletedStretch stretch) {

  /** A table of which no stretch of deletes is known. */
  public TableInfo(
      long fileNumber,
      long fileBytes,
      byte[] smallest,
      byte[] largest,
      boolean largestExclusive,
      long minSequence,
      long maxSequence,
      long entries,
      long deletes,
      long rangeTombstones,
      long expiring,
      long minExpiryMs,
      long maxExpiryMs) {
    this(
        fileNumber,
        fileBytes,
        smallest,
        largest,
        largestExclusive,
        minSequence,
        maxSequence,
        entries,
        deletes,
        rangeTombstones,
        expiring,
        minExpiryMs,
        maxExpiryMs,
        DeletedStretch.NONE);
  }

  /** This table, of which a stretch of deletes is known. */
  public TableInfo withStretch(DeletedStretch known) {
    return with(smallest, known);
  }

  /**
   * This table without its keys before another one. The file stays as it is, and so do the counts;
   * they say what there may be at most.
   */
  public TableInfo from(byte[] key) {
    return with(
        key, Arrays.compareUnsigned(stretch.last(), key) < 0 ? DeletedStretch.NONE : stretch);
  }

  private TableInfo with(byte[] first, DeletedStretch known) {
    return new TableInfo(
        fileNumber,
        fileBytes,
        first,
        largest,
        largestExclusive,
        minSequence,
        maxSequence,
        entries,
        deletes,
        rangeTombstones,
        expiring,
        minExpiryMs,
        maxExpiryMs,
        known);
  }

  /** Whether this is a file as another one describes it, but maybe from a later key on. */
  boolean isPartOf(TableInfo file) {
    return Arrays.compareUnsigned(smallest, file.smallest) >= 0
        && !file.endsBefore(smallest)
        && equals(file.from(smallest));
  }

  /** Whether every key of this table lies before {@code key}. */
  public boolean endsBefore(byte[] key) {
    if (largestExclusive) {
      return largest.length > 0 && Arrays.compareUnsigned(largest, key) <= 0;
    }
    return Arrays.compareUnsigned(largest, key) < 0;
  }

  /** Whether a key at or after {@code start} and before {@code end} (empty: no end) may be here. */
  public boolean overlaps(byte[] start, byte[] end) {
    return !endsBefore(start) && (end.length == 0 || Arrays.compareUnsigned(smallest, end) < 0);
  }

  /** Whether the key ranges of two tables have a key in common. */
  public boolean overlaps(TableInfo other) {
    return !endsBefore(other.smallest) && !other.endsBefore(smallest);
  }

  /**
   * Whether every entry is a value that has ended at {@code timeMs}, and nothing is a tombstone.
   */
  public boolean wholeExpired(long timeMs) {
    return entries > 0
        && deletes == 0
        && rangeTombstones == 0
        && expiring == entries
        && maxExpiryMs <= timeMs;
  }

  /** Of the facts; what is advice, and not in the file, may differ. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TableInfo t
        && fileNumber == t.fileNumber
        && fileBytes == t.fileBytes
        && Arrays.equals(smallest, t.smallest)
        && Arrays.equals(largest, t.largest)
        && largestExclusive == t.largestExclusive
        && minSequence == t.minSequence
        && maxSequence == t.maxSequence
        && entries == t.entries
        && deletes == t.deletes
        && rangeTombstones == t.rangeTombstones
        && expiring == t.expiring
        && minExpiryMs == t.minExpiryMs
        && maxExpiryMs == t.maxExpiryMs;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(fileNumber);
  }

  @Override
  public String toString() {
    return "table " + fileNumber + " (" + fileBytes + " bytes, " + entries + " entries)";
  }
}
