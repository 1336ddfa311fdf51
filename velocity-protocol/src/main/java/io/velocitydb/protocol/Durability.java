package io.velocitydb.protocol;

/** How safe a write must be before its reply, bits 2 and 3 of a frame's flags. */
public enum Durability {
  /** As the server is set. */
  SERVER(0),
  /** On stable storage. */
  ALWAYS(1),
  /** In the operating system's cache: survives the process, not the machine. */
  OS(2);

  private final int number;

  Durability(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The value of a number in valid flags (see {@link io.velocitydb.protocol.frame.Flags}). */
  public static Durability of(int number) {
    return switch (number) {
      case 0 -> SERVER;
      case 1 -> ALWAYS;
      case 2 -> OS;
      default -> throw new IllegalArgumentException("no durability " + number);
    };
  }
}
