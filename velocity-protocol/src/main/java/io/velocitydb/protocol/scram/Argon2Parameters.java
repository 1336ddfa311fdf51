package io.velocitydb.protocol.scram;

/**
 * What a derivation of keys from a password costs.
 *
 * @param memoryKib KiB of memory
 * @param iterations passes over it
 * @param parallelism lanes
 */
public record Argon2Parameters(int memoryKib, int iterations, int parallelism) {
  /** Also the least that a client accepts. */
  public static final Argon2Parameters DEFAULT = new Argon2Parameters(19_456, 2, 1);

  /** The most that a client accepts: a server may not make it work without end. */
  public static final Argon2Parameters MAX = new Argon2Parameters(256 * 1024, 10, 4);

  /** Whether each parameter is between {@link #DEFAULT} and {@link #MAX}. */
  public boolean isAcceptable() {
    return between(DEFAULT.memoryKib, memoryKib, MAX.memoryKib)
        && between(DEFAULT.iterations, iterations, MAX.iterations)
        && between(DEFAULT.parallelism, parallelism, MAX.parallelism);
  }

  /**
   * This, if it {@link #isAcceptable}.
   *
   * @throws IllegalArgumentException otherwise
   */
  public Argon2Parameters checked() {
    if (!isAcceptable()) {
      throw new IllegalArgumentException(
          "Argon2 parameters " + this + " are outside " + DEFAULT + " to " + MAX);
    }
    return this;
  }

  @Override
  public String toString() {
    return "m=" + memoryKib + ",t=" + iterations + ",p=" + parallelism;
  }

  private static boolean between(int least, int value, int most) {
    return value >= least && value <= most;
  }
}
