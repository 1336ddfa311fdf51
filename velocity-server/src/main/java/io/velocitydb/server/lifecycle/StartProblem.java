package io.velocitydb.server.lifecycle;

/** Why the server cannot start: one line for people, with what to do about it. */
final class StartProblem extends Exception {
  private static final long serialVersionUID = 1L;

  StartProblem(String message) {
    super(message);
  }

  StartProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
