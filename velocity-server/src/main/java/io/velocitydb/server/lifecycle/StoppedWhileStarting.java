package io.velocitydb.server.lifecycle;

/** A server was told to stop before it was ready. It is down, as it was told. */
final class StoppedWhileStarting extends RuntimeException {
  private static final long serialVersionUID = 1;

  StoppedWhileStarting() {
    super("stopped before it was ready; the next start replays the logs again");
  }
}
