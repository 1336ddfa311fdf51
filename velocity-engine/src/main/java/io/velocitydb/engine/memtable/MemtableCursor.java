package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.InternalCursor;

/** Walks a skip list; sees entries that are added meanwhile. Its memtable stays retained. */
final class MemtableCursor implements InternalCursor {
  private final Memtable memtable;
  private final SkipList list;
  private long node;
  private boolean closed;

  MemtableCursor(Memtable memtable, SkipList list) {
    this.memtable = memtable;
    this.list = list;
  }

  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {
    node = list.atOrAfter(keyAddress, keyLength, sequence);
  }

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {
    node = list.atOrBefore(keyAddress, keyLength, sequence);
  }

  @Override
  public void first() {
    node = SkipList.next(list.head());
  }

  @Override
  public void last() {
    node = list.last();
  }

  @Override
  public void next() {
    node = SkipList.next(node);
  }

  @Override
  public void previous() {
    node = list.before(node);
  }

  @Override
  public boolean valid() {
    return node != 0;
  }

  @Override
  public long keyAddress() {
    return SkipList.keyAddress(node);
  }

  @Override
  public int keyLength() {
    return SkipList.keyLength(node);
  }

  @Override
  public long sequence() {
    return SkipList.sequence(node);
  }

  @Override
  public byte kind() {
    return SkipList.kind(node);
  }

  @Override
  public byte encoding() {
    return SkipList.encoding(node);
  }

  @Override
  public long expiresAtMs() {
    return SkipList.expiresAtMs(node);
  }

  @Override
  public long valueAddress() {
    return SkipList.valueAddress(node);
  }

  @Override
  public int valueLength() {
    return SkipList.valueLength(node);
  }

  @Override
  public long maxSequence() {
    return memtable.maxSequence();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      node = 0;
      memtable.release();
    }
  }
}
