package io.velocitydb.bench.engine.measure;

import io.velocitydb.bench.statistics.Latencies;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Threads that do one operation each again and again, and how long it takes them.
 *
 * <p>Looking at the clock costs about as much as a fast read does. So only one operation of {@code
 * every} is timed on its own, which percentiles come from; the two looks that this takes also bound
 * all operations since the looks before, which the longest stall comes from.
 */
final class Team {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<Operation> operations;
  private final int every;

  Team(List<Operation> operations, int every) {
    this.operations = List.copyOf(operations);
    this.every = every;
  }

  /**
   * What a run took.
   *
   * @param nanos from the first start to the last end
   */
  record Run(
      long operations,
      long nanos,
      Histogram latency,
      long longestStallNanos,
      long heapBytes,
      long entriesRead,
      long entriesWritten,
      long misses) {
    double perSecond() {
      return operations * 1e9 / nanos;
    }
  }

  private record Part(
      long operations, long begin, long end, Histogram latency, long stall, long heapBytes) {}

  /** Runs until all operations together are {@code limit}, or the time is over. */
  Run run(long limit, Duration time) {
    long share = Math.max(1, limit / operations.size());
    List<Callable<Part>> tasks = new ArrayList<>();
    CountDownLatch waiting = new CountDownLatch(operations.size());
    for (Operation operation : operations) {
      tasks.add(() -> loop(operation, share, time, waiting));
    }
    List<Part> parts = runAll(tasks);
    Histogram latency = Latencies.empty();
    long begin = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    long count = 0;
    long stall = 0;
    long heap = 0;
    for (Part part : parts) {
      latency.add(part.latency);
      begin = Math.min(begin, part.begin);
      end = Math.max(end, part.end);
      count += part.operations;
      stall = Math.max(stall, part.stall);
      heap += part.heapBytes;
    }
    return new Run(
        count,
        end - begin,
        latency,
        stall,
        heap,
        operations.stream().mapToLong(Operation::entriesRead).sum(),
        operations.stream().mapToLong(Operation::entriesWritten).sum(),
        operations.stream().mapToLong(Operation::misses).sum());
  }

  private Part loop(Operation operation, long limit, Duration time, CountDownLatch waiting)
      throws InterruptedException {
    Histogram latency = Latencies.empty();
    operation.forget();
    waiting.countDown();
    waiting.await();
    long heapBefore = THREADS.getCurrentThreadAllocatedBytes();
    long begin = System.nanoTime();
    long deadline = begin + time.toNanos();
    long last = begin;
    long stall = 0;
    long count = 0;
    do {
      for (int i = 1; i < every; i++) {
        operation.run();
      }
      long before = System.nanoTime();
      operation.run();
      long now = System.nanoTime();
      Latencies.record(latency, now - before);
      stall = Math.max(stall, now - last);
      last = now;
      count += every;
    } while (count < limit && last < deadline);
    long heap = THREADS.getCurrentThreadAllocatedBytes() - heapBefore;
    return new Part(count, begin, last, latency, stall, heap);
  }

  /** Runs each task on a thread of its own; the first failure is thrown when all have ended. */
  static <T> List<T> runAll(List<Callable<T>> tasks) {
    try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an operation failed: " + e.getCause(), e.getCause());
    }
  }
}
