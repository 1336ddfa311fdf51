package io.velocitydb.engine.sstable;

import io.velocitydb.engine.cursor.InternalCursor;

/** Tells of the entry on which another cursor stands. */
abstract class ForwardingCursor implements InternalCursor {
  /** The one that is walked now. */
  InternalCursor cursor;

  ForwardingCursor(InternalCursor cursor) {
    this.cursor = cursor;
  }

  @Override
  public final long keyAddress() {
    return cursor.keyAddress();
  }

  @Override
  public final int keyLength() {
    return cursor.keyLength();
  }

  @Override
  public final long sequence() {
    return cursor.sequence();
  }

  @Override
  public final byte kind() {
    return cursor.kind();
  }

  @Override
  public final byte encoding() {
    return cursor.encoding();
  }

  @Override
  public final long expiresAtMs() {
    return cursor.expiresAtMs();
  }

  @Override
  public final long valueAddress() {
    return cursor.valueAddress();
  }

  @Override
  public final int valueLength() {
    return cursor.valueLength();
  }
}
