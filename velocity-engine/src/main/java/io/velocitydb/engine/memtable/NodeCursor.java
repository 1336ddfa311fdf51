package io.velocitydb.engine.memtable;

import io.velocitydb.engine.cursor.InternalCursor;

/** What a cursor tells of the {@link EntryNode} on which it stands. */
abstract class NodeCursor implements InternalCursor {
  /** The entry, or 0 if the cursor is not valid. */
  abstract long node();

  @Override
  public final boolean valid() {
    return node() != 0;
  }

  @Override
  public long keyAddress() {
    return EntryNode.keyAddress(node());
  }

  @Override
  public int keyLength() {
    return EntryNode.keyLength(node());
  }

  @Override
  public long sequence() {
    return EntryNode.sequence(node());
  }

  @Override
  public byte kind() {
    return EntryNode.kind(node());
  }

  @Override
  public byte encoding() {
    return EntryNode.encoding(node());
  }

  @Override
  public long expiresAtMs() {
    return EntryNode.expiresAtMs(node());
  }

  @Override
  public long valueAddress() {
    return EntryNode.valueAddress(node());
  }

  @Override
  public int valueLength() {
    return EntryNode.valueLength(node());
  }
}
