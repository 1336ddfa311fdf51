package io.velocitydb.protocol;

/** What became of a request that ended in an error. */
public enum Outcome {
  /** It may have been applied, or may yet be. */
  UNKNOWN(0),
  /** It was not applied and never will be. */
  NOT_APPLIED(1);

  private final int number;

  Outcome(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The value of a number on the wire; one that is not known is {@link #UNKNOWN}. */
  public static Outcome of(int number) {
    return number == NOT_APPLIED.number ? NOT_APPLIED : UNKNOWN;
  }
}
