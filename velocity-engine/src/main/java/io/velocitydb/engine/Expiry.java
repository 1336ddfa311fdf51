package io.velocitydb.engine;

/**
 * When an entry ends. A relative time is turned into an absolute one at commit, by the engine's own
 * clock.
 *
 * @param kind how to read {@code millis}
 * @param millis for {@link Kind#IN} the milliseconds from now (at least 1), for {@link Kind#AT}
 *     milliseconds since the Unix epoch (a past time deletes); otherwise 0. At most {@link
 *     #MAX_MILLIS} ahead.
 */
public record Expiry(Kind kind, long millis) {
  /** A hundred years of 365.25 days, in milliseconds: the furthest expiry that is accepted. */
  public static final long MAX_MILLIS = 100L * 36_525L * 24 * 3_600 * 10;

  /** The entry lives until it is deleted. */
  public static final Expiry NONE = new Expiry(Kind.NONE, 0);

  /** The entry keeps the expiry that it has. */
  public static final Expiry KEEP = new Expiry(Kind.KEEP, 0);

  /** How an expiry is given; the ordinals are part of no format. */
  public enum Kind {
    NONE,
    KEEP,
    IN,
    AT
  }

  public Expiry {
    if (kind == Kind.IN && (millis < 1 || millis > MAX_MILLIS)) {
      throw new EngineException(
          EngineException.Kind.INVALID_ARGUMENT,
          "an expiry must lie 1 ms to 100 years ahead, not " + millis + " ms");
    }
  }

  /** The entry ends {@code millis} milliseconds after its commit. */
  public static Expiry in(long millis) {
    return new Expiry(Kind.IN, millis);
  }

  /** The entry ends at {@code unixMillis}. */
  public static Expiry at(long unixMillis) {
    return new Expiry(Kind.AT, unixMillis);
  }
}
