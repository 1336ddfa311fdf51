package io.velocitydb.engine.rangedelete;

import io.velocitydb.engine.memory.Memory;

/**
 * What other range tombstones cover at or after a key. Thread-safe for readers.
 *
 * @param source the other ones
 * @param bound native address of the key; stays as long as the source is retained
 * @param boundLength its length
 */
public record LowerBoundTombstones(RangeTombstones source, long bound, int boundLength)
    implements RangeTombstones {
  @Override
  public boolean isEmpty() {
    return source.isEmpty();
  }

  @Override
  public long covering(long keyAddress, int keyLength, long maxSequence) {
    return isBefore(keyAddress, keyLength)
        ? 0
        : source.covering(keyAddress, keyLength, maxSequence);
  }

  private boolean isBefore(long keyAddress, int keyLength) {
    return Memory.compare(keyAddress, keyLength, bound, boundLength) < 0;
  }

  @Override
  public Boundaries boundaries() {
    return new Clipped(source.boundaries());
  }

  private enum Place {
    BEFORE,
    AT_BOUND,
    AFTER
  }

  /** The bound is the first boundary; there the source stands on the last one before, if any. */
  private final class Clipped implements Boundaries {
    private final Boundaries inner;
    private Place place = Place.BEFORE;

    Clipped(Boundaries inner) {
      this.inner = inner;
    }

    @Override
    public void seek(long keyAddress, int keyLength) {
      if (isBefore(keyAddress, keyLength)) {
        place = Place.BEFORE;
        return;
      }
      inner.seek(keyAddress, keyLength);
      boolean after =
          inner.valid()
              && Memory.compare(inner.keyAddress(), inner.keyLength(), bound, boundLength) > 0;
      place = after ? Place.AFTER : Place.AT_BOUND;
    }

    @Override
    public void rewind() {
      place = Place.BEFORE;
    }

    @Override
    public void next() {
      if (place == Place.BEFORE) {
        inner.seek(bound, boundLength);
        place = Place.AT_BOUND;
      } else {
        inner.next();
        place = Place.AFTER;
      }
    }

    @Override
    public boolean valid() {
      return place == Place.AT_BOUND || (place == Place.AFTER && inner.valid());
    }

    @Override
    public long keyAddress() {
      return place == Place.AT_BOUND ? bound : inner.keyAddress();
    }

    @Override
    public int keyLength() {
      return place == Place.AT_BOUND ? boundLength : inner.keyLength();
    }

    @Override
    public long covering(long maxSequence) {
      return inner.valid() ? inner.covering(maxSequence) : 0;
    }
  }
}
