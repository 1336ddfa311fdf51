package io.velocitydb.engine.commit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Many producers, one consumer at a time: Dmitry Vyukov's intrusive queue
 * (1024cores.net/home/lock-free-algorithms/queues/intrusive-mpsc-node-based-queue). A producer does
 * one exchange and one store; between the two the consumer sees the queue end early, which is
 * harmless: the producer announces itself only afterwards.
 */
final class RequestQueue {
  private static final VarHandle TAIL;

  static {
    try {
      TAIL = MethodHandles.lookup().findVarHandle(RequestQueue.class, "tail", CommitRequest.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The last request taken, whose {@code next} is the first to take. */
  private CommitRequest head;

  @SuppressWarnings({"UnusedVariable", "FieldMayBeFinal", "unused"}) // used through TAIL
  private volatile CommitRequest tail;

  RequestQueue(CommitRequest stub) {
    head = stub;
    tail = stub;
  }

  /** Adds at the end. Any thread. */
  void offer(CommitRequest request) {
    CommitRequest before = (CommitRequest) TAIL.getAndSet(this, request);
    before.next = request;
  }

  /** The first request, left in place. Consumer only. */
  @Nullable CommitRequest peek() {
    return head.next;
  }

  /** Removes what {@link #peek} returned. Consumer only. */
  void remove() {
    CommitRequest first = head.next;
    if (first == null) {
      throw new IllegalStateException("the queue is empty");
    }
    head = first;
  }
}
