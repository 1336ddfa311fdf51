package io.velocitydb.engine.sstable;

import io.velocitydb.engine.cursor.InternalCursor;
import io.velocitydb.engine.cursor.InternalKey;
import io.velocitydb.engine.memory.Memory;

/** What another cursor shows at or after a key. */
final class LowerBoundCursor extends ForwardingCursor {
  private final long bound;
  private final int boundLength;
  private boolean below;

  /**
   * @param cursor closed with this one
   * @param bound native address of the key; stays as long as the cursor does
   */
  LowerBoundCursor(InternalCursor cursor, long bound, int boundLength) {
    super(cursor);
    this.bound = bound;
    this.boundLength = boundLength;
  }

  private void lookBelow() {
    below =
        cursor.valid()
            && Memory.compare(cursor.keyAddress(), cursor.keyLength(), bound, boundLength) < 0;
  }

  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {
    if (Memory.compare(keyAddress, keyLength, bound, boundLength) < 0) {
      first();
    } else {
      below = false;
      cursor.seek(keyAddress, keyLength, sequence);
    }
  }

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {
    cursor.seekForPrev(keyAddress, keyLength, sequence);
    lookBelow();
  }

  @Override
  public void first() {
    below = false;
    cursor.seek(bound, boundLength, InternalKey.MAX_SEQUENCE);
  }

  @Override
  public void last() {
    cursor.last();
    lookBelow();
  }

  @Override
  public void next() {
    cursor.next();
  }

  @Override
  public void previous() {
    cursor.previous();
    lookBelow();
  }

  @Override
  public boolean valid() {
    return !below && cursor.valid();
  }

  @Override
  public long maxSequence() {
    return cursor.maxSequence();
  }

  @Override
  public void close() {
    cursor.close();
  }
}
