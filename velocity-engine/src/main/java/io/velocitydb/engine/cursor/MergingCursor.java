package io.velocitydb.engine.cursor;

import io.velocitydb.engine.memory.Memory;
import io.velocitydb.engine.memory.MemoryTag;
import io.velocitydb.engine.memory.NativeBuffer;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.List;

/**
 * Many cursors as one, by a binary heap of those that stand on an entry: the smallest on top when
 * walking forward, the largest when walking backward. A change of direction seeks in each. Owns the
 * cursors it was given.
 */
public final class MergingCursor implements InternalCursor {
  private final InternalCursor[] children;
  private final NativeBuffer turningKey;

  // Where each child stands, so that comparing calls none of them.
  private final long[] keyAddresses;
  private final int[] keyLengths;
  private final long[] sequences;

  private final int[] heap;
  private int size;
  private boolean forward = true;

  public MergingCursor(NativeMemory memory, List<? extends InternalCursor> cursors) {
    children = cursors.toArray(new InternalCursor[0]);
    keyAddresses = new long[children.length];
    keyLengths = new int[children.length];
    sequences = new long[children.length];
    heap = new int[children.length];
    turningKey = new NativeBuffer(memory, MemoryTag.CURSOR);
  }

  @Override
  public void seek(long keyAddress, int keyLength, long sequence) {
    for (InternalCursor child : children) {
      child.seek(keyAddress, keyLength, sequence);
    }
    build(true);
  }

  @Override
  public void seekForPrev(long keyAddress, int keyLength, long sequence) {
    for (InternalCursor child : children) {
      child.seekForPrev(keyAddress, keyLength, sequence);
    }
    build(false);
  }

  @Override
  public void first() {
    for (InternalCursor child : children) {
      child.first();
    }
    build(true);
  }

  @Override
  public void last() {
    for (InternalCursor child : children) {
      child.last();
    }
    build(false);
  }

  @Override
  public void next() {
    if (!forward) {
      turn(true);
      return;
    }
    children[heap[0]].next();
    topMoved();
  }

  @Override
  public void previous() {
    if (forward) {
      turn(false);
      return;
    }
    children[heap[0]].previous();
    topMoved();
  }

  private void topMoved() {
    if (load(heap[0])) {
      siftDown(0);
    } else {
      heap[0] = heap[--size];
      siftDown(0);
    }
  }

  /** Moves every child, also those that had no more entries, to the other side of this entry. */
  private void turn(boolean toForward) {
    int top = heap[0];
    int length = keyLength();
    long sequence = sequence();
    long key = turningKey.reserve(length);
    Memory.copy(keyAddress(), key, length);
    for (int i = 0; i < children.length; i++) {
      InternalCursor child = children[i];
      if (i != top) {
        if (toForward) {
          child.seek(key, length, sequence);
        } else {
          child.seekForPrev(key, length, sequence);
        }
        if (!child.valid() || child.sequence() != sequence || !hasKey(child, key, length)) {
          continue;
        }
      }
      if (toForward) {
        child.next();
      } else {
        child.previous();
      }
    }
    build(toForward);
  }

  private static boolean hasKey(InternalCursor cursor, long key, int length) {
    return Memory.compare(cursor.keyAddress(), cursor.keyLength(), key, length) == 0;
  }

  /**
   * Leaves out what a range tombstone covers: in each child whose entries are all older than {@code
   * sequence}, and which stands before {@code end}, goes to {@code end}. Only when walking forward.
   *
   * @param end native address of the tombstone's end, 0 for no end
   * @return whether any child moved
   */
  public boolean skipForward(long sequence, long end, int endLength) {
    return skip(sequence, end, endLength, true);
  }

  /**
   * As {@link #skipForward}, walking backward: goes before {@code start}.
   *
   * @param start native address of the tombstone's start, 0 for the beginning
   */
  public boolean skipBackward(long sequence, long start, int startLength) {
    return skip(sequence, start, startLength, false);
  }

  private boolean skip(long sequence, long bound, int boundLength, boolean direction) {
    boolean moved = false;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int at = heap[i];
      InternalCursor child = children[at];
      boolean stays = true;
      if (child.maxSequence() < sequence && isInside(at, bound, boundLength, direction)) {
        moved = true;
        if (bound == 0) {
          stays = false;
        } else {
          if (direction) {
            child.seek(bound, boundLength, InternalKey.MAX_SEQUENCE);
          } else {
            child.seekForPrev(bound, boundLength, InternalKey.MAX_SEQUENCE);
          }
          stays = load(at);
        }
      }
      if (stays) {
        heap[kept++] = at;
      }
    }
    size = kept;
    if (moved) {
      heapify();
    }
    return moved;
  }

  private boolean isInside(int child, long bound, int boundLength, boolean direction) {
    if (bound == 0) {
      return true;
    }
    int order = Memory.compare(keyAddresses[child], keyLengths[child], bound, boundLength);
    return direction ? order < 0 : order >= 0;
  }

  private void build(boolean direction) {
    forward = direction;
    size = 0;
    for (int i = 0; i < children.length; i++) {
      if (load(i)) {
        heap[size++] = i;
      }
    }
    heapify();
  }

  private void heapify() {
    for (int i = size / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  private boolean load(int i) {
    InternalCursor child = children[i];
    if (!child.valid()) {
      return false;
    }
    keyAddresses[i] = child.keyAddress();
    keyLengths[i] = child.keyLength();
    sequences[i] = child.sequence();
    return true;
  }

  private void siftDown(int from) {
    int at = from;
    for (; ; ) {
      int child = 2 * at + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], heap[at])) {
        return;
      }
      int swap = heap[at];
      heap[at] = heap[child];
      heap[child] = swap;
      at = child;
    }
  }

  private boolean isBefore(int a, int b) {
    int order =
        InternalKey.compare(
            keyAddresses[a],
            keyLengths[a],
            sequences[a],
            keyAddresses[b],
            keyLengths[b],
            sequences[b]);
    return forward ? order < 0 : order > 0;
  }

  @Override
  public boolean valid() {
    return size > 0;
  }

  @Override
  public long keyAddress() {
    return keyAddresses[heap[0]];
  }

  @Override
  public int keyLength() {
    return keyLengths[heap[0]];
  }

  @Override
  public long sequence() {
    return sequences[heap[0]];
  }

  @Override
  public byte kind() {
    return children[heap[0]].kind();
  }

  @Override
  public byte encoding() {
    return children[heap[0]].encoding();
  }

  @Override
  public long expiresAtMs() {
    return children[heap[0]].expiresAtMs();
  }

  @Override
  public long valueAddress() {
    return children[heap[0]].valueAddress();
  }

  @Override
  public int valueLength() {
    return children[heap[0]].valueLength();
  }

  @Override
  public long maxSequence() {
    long max = 0;
    for (InternalCursor child : children) {
      max = Math.max(max, child.maxSequence());
    }
    return max;
  }

  @Override
  public void close() {
    size = 0;
    for (InternalCursor child : children) {
      child.close();
    }
    turningKey.close();
  }
}
