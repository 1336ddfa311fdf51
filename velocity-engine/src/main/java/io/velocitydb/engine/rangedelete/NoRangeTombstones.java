package io.velocitydb.engine.rangedelete;

/** Of a source without range tombstones. */
final class NoRangeTombstones implements RangeTombstones, RangeTombstones.Boundaries {
  @Override
  public boolean isEmpty() {
    return true;
  }

  @Override
  public long covering(long keyAddress, int keyLength, long maxSequence) {
    return 0;
  }

  @Override
  public Boundaries boundaries() {
    return this;
  }

  @Override
  public void seek(long keyAddress, int keyLength) {}

  @Override
  public void rewind() {}

  @Override
  public void next() {}

  @Override
  public boolean valid() {
    return false;
  }

  @Override
  public long keyAddress() {
    throw new IllegalStateException("no boundary");
  }

  @Override
  public int keyLength() {
    throw new IllegalStateException("no boundary");
  }

  @Override
  public long covering(long maxSequence) {
    return 0;
  }
}
