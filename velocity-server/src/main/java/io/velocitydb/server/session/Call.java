package io.velocitydb.server.session;

import io.velocitydb.protocol.ErrorCode;

/**
 * A request that is worked on apart from its connection: how long it may take, and whether its
 * connection is still there. Thread-safe.
 */
public final class Call {
  private final Session session;
  private final long deadlineNanos;
  private final boolean limited;

  Call(Session session, boolean limited, long deadlineNanos) {
    this.session = session;
    this.limited = limited;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * To be called now and then by work that takes long and changes nothing.
   *
   * @throws RequestException TIMEOUT once the client's time is up, SHUTTING_DOWN once it is gone
   */
  public void checkStillWanted() {
    if (session.isClosed()) {
      throw new RequestException(ErrorCode.SHUTTING_DOWN, "the connection is closed");
    }
    if (limited && session.nanoTime() - deadlineNanos >= 0) {
      throw RequestException.timeout();
    }
  }
}
