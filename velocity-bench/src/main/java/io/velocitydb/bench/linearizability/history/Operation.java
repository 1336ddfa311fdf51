package io.velocitydb.bench.linearizability.history;

/**
 * One operation of a history.
 *
 * @param number unique in the history; only to name it
 * @param client who asked; a client asks for one thing at a time, unless an outcome is unknown
 * @param invoked nanoseconds of a clock that never goes back, one for the whole history, before the
 *     request was made
 * @param responded by the same clock, after the answer had come; {@link #NEVER} for an unknown
 *     outcome
 * @param clockFrom a time that the server's clock, in milliseconds, had reached when it was invoked
 * @param clockTo a time that the server's clock had not passed when the answer came; {@link #NEVER}
 *     for an unknown outcome
 */
public record Operation(
    int number,
    int client,
    Action action,
    Outcome outcome,
    long invoked,
    long responded,
    long clockFrom,
    long clockTo) {
  /** The time of what does not end. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Refuses times that contradict the outcome or each other. */
  public Operation {
    boolean unknown = outcome instanceof Outcome.Unknown;
    if (unknown != (responded == NEVER) || unknown != (clockTo == NEVER)) {
      throw new IllegalArgumentException("only an unknown outcome never comes: " + outcome);
    }
    if (invoked > responded || clockFrom > clockTo) {
      throw new IllegalArgumentException(
          "operation " + number + " ended before it began: " + invoked + ", " + responded);
    }
  }

  /** Whether it may have been applied without a word of it, and may still be. */
  public boolean isUnknown() {
    return responded == NEVER;
  }

  /** Whether both were under way at the same time. */
  public boolean overlaps(Operation other) {
    return invoked <= other.responded && other.invoked <= responded;
  }

  @Override
  public String toString() {
    return "#%d client %d: %s -> %s".formatted(number, client, action, outcome);
  }
}
