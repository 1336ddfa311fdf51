package io.velocitydb.engine.memtable;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.rangedelete.RangeTombstones;

/**
 * Range tombstones that are fragmented as they arrive, in place. The boundaries are nodes of a skip
 * list of their own; a boundary's word points to the list of its sequences, highest first.
 *
 * <p>A new boundary starts with the list of the boundary before it, so splitting a fragment changes
 * nothing for readers; then the new sequence is put in front of each list of the range. A reader
 * whose sequence was visible before sees the same either way.
 */
final class MemtableRangeTombstones implements RangeTombstones {
  private static final int CELL_BYTES = 16;
  private static final int CELL_NEXT = 8;

  private final Arena arena;
  private final SkipList boundaries;

  MemtableRangeTombstones(Arena arena) {
    this.arena = arena;
    boundaries = new SkipList(arena, new KeyCodes(arena, new byte[0]));
  }

  /** Adds a tombstone with a sequence higher than all before. Writer only. */
  void add(long sequence, long start, int startLength, long end, int endLength) {
    if (endLength > 0) {
      if (Memory.compare(start, startLength, end, endLength) >= 0) {
        return;
      }
      boundary(end, endLength);
    }
    for (long node = boundary(start, startLength); node != 0; node = SkipList.next(node)) {
      if (endLength > 0
          && Memory.compare(SkipList.keyAddress(node), SkipList.keyLength(node), end, endLength)
              >= 0) {
        return;
      }
      long cell = arena.allocate(CELL_BYTES, Long.BYTES);
      Memory.putLong(cell, sequence);
      Memory.putLong(cell + CELL_NEXT, SkipList.wordAcquire(node));
      SkipList.wordRelease(node, cell);
    }
  }

  /** The boundary at a key, made if it is missing. */
  private long boundary(long key, int keyLength) {
    long before = boundaries.atOrBefore(key, keyLength, 0);
    if (before == 0) {
      return boundaries.insert(0, (byte) 0, (byte) 0, 0, key, keyLength, key, 0);
    }
    if (Memory.compare(SkipList.keyAddress(before), SkipList.keyLength(before), key, keyLength)
        == 0) {
      return before;
    }
    long cells = SkipList.wordAcquire(before);
    return boundaries.insert(0, (byte) 0, (byte) 0, cells, key, keyLength, key, 0);
  }

  private static long covering(long node, long maxSequence) {
    long cell = SkipList.wordAcquire(node);
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
    return SkipList.next(boundaries.head()) == 0;
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
    private long node;
    private boolean atHead = true;

    @Override
    public void seek(long keyAddress, int keyLength) {
      node = boundaries.atOrBefore(keyAddress, keyLength, 0);
      atHead = node == 0;
    }

    @Override
    public void rewind() {
      node = 0;
      atHead = true;
    }

    @Override
    public void next() {
      if (node != 0 || atHead) {
        node = SkipList.next(atHead ? boundaries.head() : node);
        atHead = false;
      }
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
    public long covering(long maxSequence) {
      return MemtableRangeTombstones.covering(node, maxSequence);
    }
  }
}
