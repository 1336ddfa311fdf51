package io.velocitydb.engine.commit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A queue from many threads to one at a time, which allocates nothing: its elements carry the link.
 * Producers push on a stack (R. K. Treiber, "Systems programming: coping with parallelism", 1986);
 * the consumer takes the whole stack and turns it round. What was removed is not looked at again,
 * so that it may be queued anew at once.
 */
final class HandOver<T extends HandOver.Link<T>> {
  private static final VarHandle PUSHED;

  static {
    try {
      PUSHED = MethodHandles.lookup().findVarHandle(HandOver.class, "pushed", Link.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** An element's place in the list that it is in, one at a time. */
  abstract static class Link<T extends Link<T>> {
    private @Nullable T next;

    /** What follows in the list. */
    final @Nullable T next() {
      return next;
    }

    /** Sets what follows; of the element's owner while it is in no queue. */
    final void next(@Nullable T element) {
      next = element;
    }
  }

  private volatile @Nullable T pushed;

  /** Of the consumer: taken and in order. */
  private @Nullable T first;

  /** Adds at the end. Any thread. */
  void offer(T element) {
    Link<T> link = element;
    T before;
    do {
      before = pushed;
      link.next = before;
    } while (!PUSHED.compareAndSet(this, before, element));
  }

  /** The first element, left in place; null if there is none. Consumer only. */
  @Nullable T peek() {
    if (first == null && pushed != null) {
      takeAll();
    }
    return first;
  }

  @SuppressWarnings("unchecked") // A VarHandle knows no type parameters.
  private void takeAll() {
    T newest = (T) PUSHED.getAndSet(this, (T) null);
    T ordered = null;
    while (newest != null) {
      Link<T> link = newest;
      T older = link.next;
      link.next = ordered;
      ordered = newest;
      newest = older;
    }
    first = ordered;
  }

  /** Removes what {@link #peek} returned. Consumer only. */
  void remove() {
    T removed = first;
    if (removed == null) {
      throw new IllegalStateException("the queue is empty");
    }
    Link<T> link = removed;
    first = link.next;
    link.next = null;
  }
}
