package io.velocitydb.engine.cache;

/** A queue of entries, linked by themselves. Not thread-safe. */
final class FifoQueue {
  private final Entries entries;
  private int head;
  private int tail;

  FifoQueue(Entries entries) {
    this.entries = entries;
  }

  boolean isEmpty() {
    return head == 0;
  }

  void add(int entry) {
    entries.next(entry, 0);
    if (tail == 0) {
      head = entry;
    } else {
      entries.next(tail, entry);
    }
    tail = entry;
  }

  /** The entry that was added first; there must be one. */
  int take() {
    int entry = head;
    head = entries.next(entry);
    if (head == 0) {
      tail = 0;
    }
    return entry;
  }
}
