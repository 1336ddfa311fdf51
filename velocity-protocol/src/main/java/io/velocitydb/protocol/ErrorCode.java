package io.velocitydb.protocol;

import java.util.Optional;

/** The error codes of V-Proto with what a client may do by default. */
public enum ErrorCode {
  /** Wrong user, password or token; the three are never told apart. */
  INVALID_CREDENTIALS(1, Retry.NEVER),
  RATE_LIMITED(2, Retry.AFTER),
  /** A request whose fields or flags make no sense together. */
  INVALID_COMMAND(3, Retry.NEVER),
  /** Version 1 of the protocol only. */
  KEY_NOT_FOUND(4, Retry.NEVER),
  STORAGE_ERROR(5, Retry.NEVER),
  /** Bytes that are not V-Proto; closes the connection. */
  PROTOCOL_ERROR(6, Retry.NEVER),
  SERVER_OVERLOADED(7, Retry.AFTER),
  NOT_LEADER(8, Retry.REDIRECT),
  DATABASE_NOT_FOUND(9, Retry.NEVER),
  PERMISSION_DENIED(10, Retry.NEVER),
  NOT_AN_INTEGER(11, Retry.NEVER),
  TOO_LARGE(12, Retry.NEVER),
  /** May be sent again at once when its outcome is {@link Outcome#NOT_APPLIED}. */
  TIMEOUT(13, Retry.NOW),
  UNAUTHENTICATED(14, Retry.NEVER),
  /** A failed fsync or a recovery: the database only reads. */
  READ_ONLY(15, Retry.NEVER),
  DATABASE_EXISTS(16, Retry.NEVER),
  OVERFLOW(17, Retry.NEVER),
  /** Of a BATCH, which was not applied. */
  CONDITION_FAILED(18, Retry.NEVER),
  /** No USE succeeded yet, or the database was dropped. */
  NO_DATABASE(19, Retry.NEVER),
  /** An opcode, field or enumeration value this server does not know. */
  UNSUPPORTED(20, Retry.NEVER),
  /** Elsewhere, or after reconnecting. */
  SHUTTING_DOWN(21, Retry.NOW),
  SESSION_EXPIRED(22, Retry.NEVER),
  WRONG_SHARD(23, Retry.REDIRECT),
  CORRUPTION(24, Retry.NEVER),
  QUOTA_EXCEEDED(25, Retry.NEVER),
  ALREADY_EXISTS(26, Retry.NEVER),
  /** A user, a token, a backup, ... */
  NOT_FOUND(27, Retry.NEVER),
  DISK_FULL(28, Retry.AFTER);

  private static final ErrorCode[] VALUES = values();

  private final int number;
  private final Retry retry;

  ErrorCode(int number, Retry retry) {
    this.number = number;
    this.retry = retry;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** What a client may do unless the error says otherwise. */
  public Retry defaultRetry() {
    return retry;
  }

  /** The code of a number on the wire; empty for one that is not known (a newer server's). */
  public static Optional<ErrorCode> of(int number) {
    return number >= 1 && number <= VALUES.length
        ? Optional.of(VALUES[number - 1])
        : Optional.empty();
  }
}
