package io.velocitydb.server.slowlog;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Keeps the latest operations that took as long as its threshold or longer; older ones make room.
 * Thread-safe.
 */
public final class SlowLog {
  private final long thresholdNanos;
  private final int length;

  // Guarded by this.
  private final ArrayDeque<SlowOperation> operations = new ArrayDeque<>();
  private long total;

  /**
   * @param threshold from which on an operation is slow; zero: none is
   * @param length how many are kept
   */
  public SlowLog(Duration threshold, int length) {
    thresholdNanos = threshold.isZero() ? Long.MAX_VALUE : threshold.toNanos();
    this.length = length;
  }

  /** Whether any operation may be slow. */
  public boolean isOn() {
    return thresholdNanos != Long.MAX_VALUE;
  }

  /** Whether an operation that took so long is to be added. */
  public boolean isSlow(long nanos) {
    return nanos >= thresholdNanos;
  }

  /** Adds a slow operation. */
  public synchronized void add(SlowOperation operation) {
    if (operations.size() == length) {
      operations.removeLast();
    }
    operations.addFirst(operation);
    total++;
  }

  /** The latest operations, the last one first. */
  public synchronized List<SlowOperation> latest(int limit) {
    List<SlowOperation> latest = new ArrayList<>(Math.min(limit, operations.size()));
    Iterator<SlowOperation> from = operations.iterator();
    while (latest.size() < limit && from.hasNext()) {
      latest.add(from.next());
    }
    return latest;
  }

  /** The same; then all that are kept are forgotten. */
  public synchronized List<SlowOperation> takeLatest(int limit) {
    List<SlowOperation> latest = latest(limit);
    operations.clear();
    return latest;
  }

  /** Operations added since the start. */
  public synchronized long total() {
    return total;
  }
}
