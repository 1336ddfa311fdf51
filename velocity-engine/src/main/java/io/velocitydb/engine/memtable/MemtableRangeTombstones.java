package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.rangedelete.RangeTombstones;

/**
 * Range tombstones that are fragmented as they arrive, in place. The boundaries are nodes of a tree
 * of their own; a boundary's word points to the list of its sequences, highest first.
 *
 * <p>A new boundary starts with the list of the boundary before it, so splitting a fragment changes
 * nothing for readers; then the new sequence is put in front of each list of the range. A reader
 * whose sequence was visible before sees the same either way.
 */
final class MemtableRangeTombstones implements RangeTombstones {
  private static final int CELL_BYTES = 16;
  private static final int CELL_NEXT = 8;

  private final Arena arena;
  private final EntryTree boundaries;

  MemtableRangeTombstones(Arena arena) {
    this.arena = arena;
    boundaries = EntryTree.expecting(new byte[0], arena);
  }

  /** Adds a tombstone with a sequence higher than all before. Writer only. */
  void add(long sequence, long start, int startLength, long end, int endLength) {
    if (endLength > 0) {
      if (Memory.compare(start, startLength, end, endLength) >= 0) {
        return;
      }
      boundary(end, endLength);
    }
    boundary(start, startLength);
    EntryTree.Position at = new EntryTree.Position();
    for (boundaries.atOrAfter(at, start, startLength, 0); at.node() != 0; boundaries.next(at)) {
      long node = at.node();
      if (endLength > 0
          && Memory.compare(EntryNode.keyAddress(node), EntryNode.keyLength(node), end, endLength)
              >= 0) {
        return;
      }
      long cell = arena.allocate(CELL_BYTES, Long.BYTES);
      Memory.putLong(cell, sequence);
      Memory.putLong(cell + CELL_NEXT, EntryNode.word(node));
      EntryNode.word(node, cell);
    }
  }

  /** Makes a boundary at a key if it is missing. */
  private void boundary(long key, int keyLength) {
    long before = boundaries.atOrBefore(key, keyLength, 0);
    if (before == 0 || !EntryNode.hasKey(before, key, keyLength)) {
      long cells = before == 0 ? 0 : EntryNode.word(before);
      boundaries.insert(
          EntryNode.create(arena, 0, (byte) 0, (byte) 0, cells, key, keyLength, key, 0));
    }
  }

  private static long covering(long node, long maxSequence) {
    long cell = EntryNode.word(node);
    while (cell != 0) {
      long sequence = Memory.getLong(cell);
      if (sequence <= maxSequence) {
        return sequence;
      }
      cell = Memory.getLong(cell + CELL_NEXT);
    }
    return 0;
  }

  @Override
  public boolean isEmpty() {
    return boundaries.isEmpty();
  }

  @Override
  public long covering(long keyAddress, int keyLength, long maxSequence) {
    long node = boundaries.atOrBefore(keyAddress, keyLength, 0);
    return node == 0 ? 0 : covering(node, maxSequence);
  }

  @Override
  public Boundaries boundaries() {
    return new Position();
  }

  private final class Position implements Boundaries {
    private final EntryTree.Position at = new EntryTree.Position();
    private boolean atHead = true;

    @Override
    public void seek(long keyAddress, int keyLength) {
      boundaries.atOrBefore(at, keyAddress, keyLength, 0);
      atHead = at.node() == 0;
    }

    @Override
    public void rewind() {
      at.clear();
      atHead = true;
    }

    @Override
    public void next() {
      if (atHead) {
        boundaries.first(at);
        atHead = false;
      } else if (at.node() != 0) {
        boundaries.next(at);
      }
    }

    @Override
    public boolean valid() {
      return at.node() != 0;
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
    public long covering(long maxSequence) {
      return MemtableRangeTombstones.covering(at.node(), maxSequence);
    }
  }
}
