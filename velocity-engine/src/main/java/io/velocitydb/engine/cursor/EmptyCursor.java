package io.velocitydb.engine.cursor;

/** Over nothing. */
final class EmptyCursor implements InternalCursor {
  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {}

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {}

  @Override
  public void first() {}

  @Override
  public void last() {}

  @Override
  public void next() {
    throw notValid();
  }

  @Override
  public void previous() {
    throw notValid();
  }

  @Override
  public boolean valid() {
    return false;
  }

  @Override
  public long keyAddress() {
    throw notValid();
  }

  @Override
  public int keyLength() {
    throw notValid();
  }

  @Override
  public long sequence() {
    throw notValid();
  }

  @Override
  public byte kind() {
    throw notValid();
  }

  @Override
  public byte encoding() {
    throw notValid();
  }

  @Override
  public long expiresAtMs() {
    throw notValid();
  }

  @Override
  public long valueAddress() {
    throw notValid();
  }

  @Override
  public int valueLength() {
    throw notValid();
  }

  @Override
  public long maxSequence() {
    return 0;
  }

  @Override
  public void close() {}

  private static IllegalStateException notValid() {
    return new IllegalStateException("the cursor stands on no entry");
  }
}
