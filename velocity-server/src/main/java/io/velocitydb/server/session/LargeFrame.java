package io.velocitydb.server.session;

/**
 * What a connection does with a frame of more than 64 KiB before it is whole: waits for its share
 * of the memory for such frames, or passes over a body that is refused already. Confined to the
 * event loop.
 */
final class LargeFrame {
  private final Session session;
  private final LargeFrameBudget budget;
  private String user = "";
  private long bytes;
  private boolean waiting;
  private boolean granted;
  private long skip;

  LargeFrame(Session session, LargeFrameBudget budget) {
    this.session = session;
    this.budget = budget;
  }

  /** Whether memory was asked for and not granted yet; then nothing more is read. */
  boolean isWaiting() {
    return waiting;
  }

  boolean isGranted() {
    return granted;
  }

  /** Asks for the memory of a frame. */
  void reserve(String userName, long frameBytes) {
    if (waiting || granted) {
      return;
    }
    user = userName;
    bytes = frameBytes;
    if (budget.reserve(session, user, bytes, () -> session.onLoop(this::grantedLater))) {
      granted = true;
      session.largeFrameGranted(bytes);
    } else {
      waiting = true;
    }
  }

  private void grantedLater() {
    if (session.isClosed()) {
      budget.release(user, bytes);
      return;
    }
    waiting = false;
    granted = true;
    session.largeFrameGranted(bytes);
    session.process();
  }

  /** The frame is executed, or the connection is gone. */
  void release() {
    if (granted) {
      granted = false;
      budget.release(user, bytes);
    } else if (waiting && budget.cancel(session)) {
      waiting = false;
    }
  }

  /** The frame at the reader index is refused: its bytes are passed over as they come. */
  void skipFrame(long frameBytes) {
    skip = frameBytes;
  }

  /** Whether bytes of a refused frame are still to come. */
  boolean isSkipping() {
    return skip > 0;
  }

  /** Passes over what is there; whether all of it is. */
  boolean skip(InputBuffer input) {
    if (skip > 0) {
      skip -= input.skip(skip);
    }
    return skip == 0;
  }
}
