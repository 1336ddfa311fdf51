package io.velocitydb.engine.cursor;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.rangedelete.RangeTombstones;
import java.util.List;

/**
 * The range tombstones of all sources, as one snapshot sees them around one key. Between two
 * boundaries nothing changes, so the next keys are mostly answered without a search.
 */
final class CoveringTombstones {
  private final RangeTombstones.Boundaries[] sources;
  private final long snapshot;

  // Nothing changes from lower (0: the beginning) up to upper (0: the end).
  private boolean known;
  private long lower;
  private int lowerLength;
  private long upper;
  private int upperLength;
  private long covering;

  CoveringTombstones(List<RangeTombstones> tombstones, long snapshot) {
    sources =
        tombstones.stream()
            .filter(source -> !source.isEmpty())
            .map(RangeTombstones::boundaries)
            .toArray(RangeTombstones.Boundaries[]::new);
    this.snapshot = snapshot;
  }

  /** The highest visible sequence of a tombstone over a key; 0 when none covers it. */
  long covering(long keyAddress, int keyLength) {
    if (sources.length == 0) {
      return 0;
    }
    if (!known || !isInside(keyAddress, keyLength)) {
      find(keyAddress, keyLength);
    }
    return covering;
  }

  private boolean isInside(long keyAddress, int keyLength) {
    return (lower == 0 || Memory.compare(lower, lowerLength, keyAddress, keyLength) <= 0)
        && (upper == 0 || Memory.compare(keyAddress, keyLength, upper, upperLength) < 0);
  }

  private void find(long keyAddress, int keyLength) {
    known = true;
    lower = 0;
    upper = 0;
    covering = 0;
    for (RangeTombstones.Boundaries source : sources) {
      source.seek(keyAddress, keyLength);
      if (source.valid()) {
        covering = Math.max(covering, source.covering(snapshot));
        long key = source.keyAddress();
        int length = source.keyLength();
        if (lower == 0 || Memory.compare(key, length, lower, lowerLength) > 0) {
          lower = key;
          lowerLength = length;
        }
      }
      source.next();
      if (source.valid()) {
        long key = source.keyAddress();
        int length = source.keyLength();
        if (upper == 0 || Memory.compare(key, length, upper, upperLength) < 0) {
          upper = key;
          upperLength = length;
        }
      }
    }
  }

  /** Where the answer of the last call begins to hold; 0 for the beginning of all keys. */
  long lower() {
    return lower;
  }

  int lowerLength() {
    return lowerLength;
  }

  /** Where the answer of the last call ends to hold; 0 for the end of all keys. */
  long upper() {
    return upper;
  }

  int upperLength() {
    return upperLength;
  }
}
