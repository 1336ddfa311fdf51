package io.velocitydb.engine.faults;

import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Background work on the test's own thread, in an order that follows from a seed: a task runs when
 * the test {@link #step() steps} or while somebody {@link #await awaits} its result. Where all wait
 * and nothing can run, the wait ends in an {@link AssertionError} in place of hanging. Not
 * thread-safe: everything happens on one thread.
 */
public class StepBackground implements Background {
  private static final int MAX_STEPS_PER_WAIT = 100_000;

  private final Random random;
  private final FakeClock clock;
  private final List<Task> tasks = new ArrayList<>();
  private final List<StepTimer> timers = new ArrayList<>();
  private final int[] ran = new int[Lane.values().length];
  private boolean closed;
  private long stepsDone;

  public StepBackground(long seed, FakeClock clock) {
    this.random = new Random(seed);
    this.clock = clock;
  }

  private record Task(Lane lane, Runnable work) {}

  private static final class StepTimer implements Timer {
    private final long periodNanos;
    private final Runnable task;
    private long dueNanos;
    private boolean cancelled;

    StepTimer(long periodNanos, long dueNanos, Runnable task) {
      this.periodNanos = periodNanos;
      this.dueNanos = dueNanos;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  @Override
  public void execute(Lane lane, Runnable task) {
    if (closed) {
      throw new java.util.concurrent.RejectedExecutionException("closed");
    }
    tasks.add(new Task(lane, task));
  }

  /** When its turn comes, so much time has passed, by the clock that nobody sets. */
  @Override
  public void after(Lane lane, long nanos, Runnable task) {
    long due = clock.nanoTime() + nanos;
    execute(
        lane,
        () -> {
          clock.pass(Math.max(0, due - clock.nanoTime()));
          task.run();
        });
  }

  @Override
  public Timer every(Lane lane, long periodMs, Runnable task) {
    long period = TimeUnit.MILLISECONDS.toNanos(periodMs);
    StepTimer timer = new StepTimer(period, clock.nanoTime() + period, task);
    timers.add(timer);
    return timer;
  }

  /** Runs one task or due timer, chosen by the seed; false when there is none. */
  public boolean step() {
    timers.removeIf(timer -> timer.cancelled);
    List<StepTimer> due = new ArrayList<>();
    for (StepTimer timer : timers) {
      if (timer.dueNanos <= clock.nanoTime()) {
        due.add(timer);
      }
    }
    int choices = tasks.size() + due.size();
    if (choices == 0) {
      return false;
    }
    stepsDone++;
    int choice = random.nextInt(choices);
    if (choice < tasks.size()) {
      Task task = tasks.remove(choice);
      ran[task.lane.ordinal()]++;
      task.work.run();
    } else {
      StepTimer timer = due.get(choice - tasks.size());
      timer.dueNanos = clock.nanoTime() + timer.periodNanos;
      timer.task.run();
    }
    return true;
  }

  /** Runs up to {@code most} tasks. */
  public void steps(int most) {
    for (int i = 0; i < most && step(); i++) {
      // each step does its own work
    }
  }

  /** Runs tasks until none is left; timers only as far as they are due. */
  public void runAll() {
    for (int i = 0; step(); i++) {
      if (i > MAX_STEPS_PER_WAIT) {
        throw new AssertionError("background work does not come to an end");
      }
    }
  }

  /** How many tasks have run. */
  public long stepsDone() {
    return stepsDone;
  }

  @Override
  public <T> T await(CompletableFuture<T> future) {
    stepUntil(future::isDone);
    return future.join();
  }

  @Override
  public void await(Signal signal) {
    stepUntil(signal::isSet);
  }

  private void stepUntil(BooleanSupplier done) {
    for (int i = 0; !done.getAsBoolean(); i++) {
      if (i > MAX_STEPS_PER_WAIT) {
        throw new AssertionError(
            "what is awaited does not happen, though background work goes on: "
                + Arrays.toString(Lane.values())
                + " "
                + Arrays.toString(ran));
      }
      if (!step() && !advanceToNextTimer()) {
        throw new AssertionError("deadlock: all wait, and nothing is left to run");
      }
    }
  }

  private boolean advanceToNextTimer() {
    long next = Long.MAX_VALUE;
    for (StepTimer timer : timers) {
      next = Math.min(next, timer.dueNanos);
    }
    if (next == Long.MAX_VALUE) {
      return false;
    }
    long nanos = next - clock.nanoTime();
    clock.advance(TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
    return true;
  }

  /** Throws away all work that has not run, as the death of the process does. */
  public void kill() {
    tasks.clear();
    timers.clear();
  }

  @Override
  public void close() {
    runAll();
    closed = true;
  }
}
