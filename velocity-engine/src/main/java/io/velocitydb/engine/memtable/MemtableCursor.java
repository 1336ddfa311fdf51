package io.velocitydb.engine.memtable;

/**
 * Walks the entries in order; sees entries that are added meanwhile. Its memtable stays retained.
 */
final class MemtableCursor extends NodeCursor {
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
  long node() {
    return at.node();
  }

  @Override
  public long maxSequence() {
    return memtable.maxSequence();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      at.clear();
      memtable.release();
    }
  }
}
