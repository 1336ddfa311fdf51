package io.velocitydb.engine;

/**
 * The one exception of the engine. {@link #kind()} says what happened, {@link #outcome()} whether
 * anything was changed; the message says where and what to do.
 */
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** A key, value, batch or name is outside its limits, or an option has an impossible value. */
    INVALID_ARGUMENT,
    /** A key, value or batch is larger than its limit. */
    TOO_LARGE,
    /** INCR met a value that is not a decimal 64-bit integer. */
    NOT_AN_INTEGER,
    /** INCR would leave the range of a signed 64-bit integer. */
    OVERFLOW,
    /**
     * A condition inside a batch of several operations does not hold; see {@link
     * ConditionFailedException}.
     */
    CONDITION_FAILED,
    /** No database of that name. */
    DATABASE_NOT_FOUND,
    /** A database of that name exists already. */
    DATABASE_EXISTS,
    /**
     * Bytes on disk do not match their checksum or contradict each other; the message names file
     * and offset.
     */
    CORRUPTION,
    /**
     * The database takes no writes until it is reopened: an earlier write or sync of its log
     * failed.
     */
    READ_ONLY,
    /** No space left for writes; deletes, drops and compaction go on. */
    DISK_FULL,
    /** The operating system refused a file operation. */
    STORAGE_ERROR,
    /** The data directory is in use by another process. */
    LOCKED,
    /** The data directory was written by a newer release. */
    UNSUPPORTED_FORMAT,
    /** More writes are waiting than the commit pipeline may hold. */
    OVERLOADED,
    /** The engine or database was closed or dropped. */
    CLOSED
  }

  private final Kind kind;
  private final Outcome outcome;

  public EngineException(Kind kind, String message) {
    this(kind, Outcome.NOT_APPLIED, message, null);
  }

  public EngineException(
      Kind kind,
      Outcome outcome,
      String message,
      @org.jspecify.annotations.Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.outcome = outcome;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Whether the failed operation may have been applied. */
  public Outcome outcome() {
    return outcome;
  }
}
