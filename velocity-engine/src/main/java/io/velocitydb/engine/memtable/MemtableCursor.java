package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.InternalCursor;

/**
 * Walks the entries in order; sees entries that are added meanwhile. Its memtable stays retained.
 */
final class MemtableCursor implements InternalCursor {
  private final Memtable memtable;
  private final EntryTree tree;
  private final EntryTree.Position at = new EntryTree.Position();
  private boolean closed;

  MemtableCursor(Memtable memtable, EntryTree tree) {
    this.memtable = memtable;
    this.tree = tree;
  }

  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {
    tree.atOrAfter(at, keyAddress, keyLength, sequence);
  }

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {
    tree.atOrBefore(at, keyAddress, keyLength, sequence);
  }

  @Override
  public void first() {
    tree.first(at);
  }

  @Override
  public void last() {
    tree.last(at);
  }

  @Override
  public void next() {
    tree.next(at);
  }

  @Override
  public void previous() {
    tree.previous(at);
  }

  @Override
  public boolean valid() {
    return !closed && at.node() != 0;
  }

  @Override
  public long keyAddress() {
    return EntryNode.keyAddress(at.node());
  }

  @Override
  public int keyLength() {
    return EntryNode.keyLength(at.node());
  }

  @Override
  public long sequence() {
    return EntryNode.sequence(at.node());
  }

  @Override
  public byte kind() {
    return EntryNode.kind(at.node());
  }

  @Override
  public byte encoding() {
    return EntryNode.encoding(at.node());
  }

  @Override
  public long expiresAtMs() {
    return EntryNode.expiresAtMs(at.node());
  }

  @Override
  public long valueAddress() {
    return EntryNode.valueAddress(at.node());
  }

  @Override
  public int valueLength() {
    return EntryNode.valueLength(at.node());
  }

  @Override
  public long maxSequence() {
    return memtable.maxSequence();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      memtable.release();
    }
  }
}
