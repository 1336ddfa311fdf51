package io.velocitydb.protocol;

/** What a client may do after an error. */
public enum Retry {
  /** The same request will fail again. */
  NEVER(0),
  /** At once. */
  NOW(1),
  /** After the time the error names. */
  AFTER(2),
  /** At the address the error names. */
  REDIRECT(3);

  private final int number;

  Retry(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The value of a number on the wire; one that is not known is {@link #NEVER}. */
  public static Retry of(int number) {
    return switch (number) {
      case 1 -> NOW;
      case 2 -> AFTER;
      case 3 -> REDIRECT;
      default -> NEVER;
    };
  }
}
