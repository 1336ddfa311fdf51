package io.velocitydb.engine.commit;

import org.jspecify.annotations.Nullable;

/** The group that is being applied; used again for the next one. Of the applying thread. */
final class OpenGroup {
  /** The last sequence that was given out. */
  long last;

  /** Bytes of its entries. */
  long bytes;

  /** Whether its record in the log was begun. */
  boolean begun;

  /** Whether any request asks for stable storage. */
  boolean sync;

  /** Whether the request that was looked at last was refused, and does not belong to it. */
  boolean refused;

  /** Commit time of all its requests. */
  long timeMs;

  /** Number of its requests. */
  int requests;

  private @Nullable Group group;

  /** Begins anew. */
  OpenGroup begin(long lastSequence, long commitTimeMs) {
    last = lastSequence;
    bytes = 0;
    begun = false;
    sync = false;
    refused = false;
    timeMs = commitTimeMs;
    requests = 0;
    group = null;
    return this;
  }

  void add(CommitRequest request) {
    Group present = group;
    if (present == null) {
      group = request.group();
      group.begin(request);
    } else {
      present.add(request);
    }
    requests++;
  }

  /** The group, to be published when the log is synced up to its end. */
  Group ended(long logEnd, boolean synced) {
    Group present = group;
    if (present == null) {
      throw new IllegalStateException("the group is empty");
    }
    present.end(last, logEnd, synced);
    return present;
  }
}
