package io.velocitydb.bench.linearizability.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Writes down what many threads do. Thread-safe. */
public final class Recorder {
  private final LongSupplier nanoTime;
  private final LongSupplier serverMillis;
  private final AtomicInteger numbers = new AtomicInteger();
  private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();

  /**
   * A history that is empty.
   *
   * @param nanoTime of all threads, never going back
   * @param serverMillis the server's clock
   */
  public Recorder(LongSupplier nanoTime, LongSupplier serverMillis) {
    this.nanoTime = nanoTime;
    this.serverMillis = serverMillis;
  }

  /** Does something and writes it down with its times. */
  public Outcome record(int client, Action action, Supplier<Outcome> call) {
    int number = numbers.incrementAndGet();
    // The clocks are read in this order so that both intervals hold the whole call.
    long clockFrom = serverMillis.getAsLong();
    long invoked = nanoTime.getAsLong();
    Outcome outcome = call.get();
    long responded = nanoTime.getAsLong();
    long clockTo = serverMillis.getAsLong();
    boolean unknown = outcome instanceof Outcome.Unknown;
    operations.add(
        new Operation(
            number,
            client,
            action,
            outcome,
            invoked,
            unknown ? Operation.NEVER : responded,
            clockFrom,
            // A machine's clock that was set back tells nothing about the time in between.
            unknown ? Operation.NEVER : Math.max(clockFrom, clockTo)));
    return outcome;
  }

  /** How many operations were begun. */
  public int begun() {
    return numbers.get();
  }

  /** What was written down so far, in the order of the answers. */
  public List<Operation> operations() {
    return new ArrayList<>(operations);
  }
}
