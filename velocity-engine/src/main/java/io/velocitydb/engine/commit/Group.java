package io.velocitydb.engine.commit;

import org.jspecify.annotations.Nullable;

/**
 * Requests that were applied together, become visible together and share a record of the log. It
 * belongs to its first request, with which it is used again.
 */
final class Group extends HandOver.Link<Group> {
  private @Nullable CommitRequest first;
  private @Nullable CommitRequest last;
  private long lastSequence;
  private long logEnd;
  private boolean sync;

  /** Makes it a list of one. */
  void begin(CommitRequest request) {
    request.next(null);
    first = request;
    last = request;
  }

  /** Adds a request at the end. */
  void add(CommitRequest request) {
    CommitRequest before = last;
    if (before == null) {
      throw new IllegalStateException("the group was not begun");
    }
    request.next(null);
    before.next(request);
    last = request;
  }

  /**
   * No request comes any more.
   *
   * @param lastSequence the last sequence that its requests took
   * @param logEnd where the log must be synced to, if {@code sync}
   */
  void end(long lastSequence, long logEnd, boolean sync) {
    this.lastSequence = lastSequence;
    this.logEnd = logEnd;
    this.sync = sync;
  }

  @Nullable CommitRequest first() {
    return first;
  }

  long lastSequence() {
    return lastSequence;
  }

  long logEnd() {
    return logEnd;
  }

  boolean sync() {
    return sync;
  }
}
