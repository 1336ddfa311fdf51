package io.velocitydb.client;

import io.velocitydb.client.connection.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** A clock that stands still until it is moved, and runs what has become due. Thread safe. */
public final class ManualTime implements Scheduler {

  private record Task(long at, ScheduledExecutorService executor, Runnable work) {}

  private final List<Task> tasks = new ArrayList<>();
  private long now = 1_000;

  @Override
  public synchronized long nanoTime() {
    return now;
  }

  @Override
  public synchronized Timer schedule(
      ScheduledExecutorService executor, Runnable task, long delayNanos) {
    if (delayNanos <= 0) {
      executor.execute(task);
      return () -> {};
    }
    Task waiting = new Task(now + delayNanos, executor, task);
    tasks.add(waiting);
    notifyAll();
    return () -> cancel(waiting);
  }

  private synchronized void cancel(Task task) {
    tasks.remove(task);
  }

  /** Moves the clock and runs what is due, in its order. */
  public synchronized void advance(Duration duration) {
    now += duration.toNanos();
    List<Task> due =
        tasks.stream()
            .filter(task -> task.at <= now)
            .sorted(Comparator.comparingLong(Task::at))
            .toList();
    tasks.removeAll(due);
    due.forEach(task -> task.executor.execute(task.work));
  }

  /** Waits until a task waits for exactly that long from now, and moves the clock there. */
  public synchronized void advanceToTaskIn(Duration duration) throws InterruptedException {
    awaitTaskIn(duration);
    advance(duration);
  }

  /** Waits until a task waits for exactly that long from now. */
  public synchronized void awaitTaskIn(Duration duration) throws InterruptedException {
    long at = now + duration.toNanos();
    long end = System.currentTimeMillis() + 20_000;
    while (tasks.stream().noneMatch(task -> task.at == at)) {
      long left = end - System.currentTimeMillis();
      if (left <= 0) {
        throw new IllegalStateException(
            "no task waits for "
                + duration
                + ", but for "
                + tasks.stream().map(task -> Duration.ofNanos(task.at - now)).toList());
      }
      wait(left);
    }
  }
}
