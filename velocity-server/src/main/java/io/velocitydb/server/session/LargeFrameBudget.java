package io.velocitydb.server.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory that all large frames together may take, given out whole and first come, first served,
 * before a frame is read on. So a hundred half-sent frames cannot block each other: those that were
 * granted can all be finished. One user has at most half. Thread-safe.
 */
public final class LargeFrameBudget {
  private record Waiting(String user, long bytes, Runnable granted) {}

  private final long total;
  private long used;
  private final Map<String, Long> byUser = new HashMap<>();
  private final Map<Object, Waiting> queue = new LinkedHashMap<>();

  /**
   * @param total bytes; at least twice the largest frame, so that one always fits
   */
  public LargeFrameBudget(long total) {
    this.total = total;
  }

  /**
   * Asks for the bytes of one frame.
   *
   * @param owner by which it is given back, or taken out of the queue
   * @param granted called when there is room now, if there was none; on any thread
   * @return whether there is room at once; then {@code granted} is not called
   */
  public synchronized boolean reserve(Object owner, String user, long bytes, Runnable granted) {
    queue.put(owner, new Waiting(user, bytes, granted));
    // Nothing was given back, so nobody but this one can have got room.
    var _ = grant();
    return !queue.containsKey(owner);
  }

  /** Takes a request that was not granted yet out of the queue; false when there is none. */
  public boolean cancel(Object owner) {
    List<Runnable> now;
    synchronized (this) {
      if (queue.remove(owner) == null) {
        return false;
      }
      // It may have been the one for which the others had to wait.
      now = grant();
    }
    now.forEach(Runnable::run);
    return true;
  }

  /** Gives back what was granted. */
  public void release(String user, long bytes) {
    List<Runnable> now;
    synchronized (this) {
      used -= bytes;
      byUser.merge(user, -bytes, (a, b) -> a + b == 0 ? null : a + b);
      now = grant();
    }
    now.forEach(Runnable::run);
  }

  /** First come, first served among those whose user has room: one at its half holds up itself. */
  private List<Runnable> grant() {
    List<Runnable> now = new ArrayList<>();
    for (Iterator<Waiting> it = queue.values().iterator(); it.hasNext(); ) {
      Waiting next = it.next();
      if (byUser.getOrDefault(next.user, 0L) + next.bytes > total / 2) {
        continue;
      }
      if (used + next.bytes > total) {
        break;
      }
      it.remove();
      used += next.bytes;
      byUser.merge(next.user, next.bytes, Long::sum);
      now.add(next.granted);
    }
    return now;
  }

  /** Bytes given out now. */
  public synchronized long used() {
    return used;
  }
}
