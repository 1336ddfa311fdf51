package io.velocitydb.protocol;

/** How fresh a read must be, bits 0 and 1 of a frame's flags. */
public enum Consistency {
  /** Sees every write that was acknowledged before it was sent. */
  LINEARIZABLE(0),
  /** Asks the leader without making sure that it still is. */
  LEADER(1),
  /** Any replica; may be stale. */
  ANY(2);

  private final int number;

  Consistency(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The value of a number in valid flags (see {@link io.velocitydb.protocol.frame.Flags}). */
  public static Consistency of(int number) {
    return switch (number) {
      case 0 -> LINEARIZABLE;
      case 1 -> LEADER;
      case 2 -> ANY;
      default -> throw new IllegalArgumentException("no consistency " + number);
    };
  }
}
