package io.velocitydb.server.user;

/** Something that cannot be done to a user; the message is for the one who asked. */
public final class UserProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** A name, password or scope that cannot be. */
    INVALID,
    /** There is a user of that name. */
    EXISTS,
    /** There is none. */
    NOT_FOUND,
    /** The one who asks may not. */
    NOT_ALLOWED
  }

  private final Kind kind;

  public UserProblem(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
