package io.velocitydb.server.session;

import io.velocitydb.engine.ConditionFailedException;
import io.velocitydb.engine.EngineException;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.limit.ConnectionRate;

/**
 * A request that ends in an error frame. Its message goes to the client: it names no path and no
 * version. Without a stack trace, as it is made at the rate of input from outside.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How long a client waits before it tries again when nothing better is known. */
  private static final int RETRY_AFTER_MS = 100;

  private final transient ErrorMessage error;

  public RequestException(ErrorMessage error) {
    super(error.message(), null, false, false);
    this.error =
        error.retry() == Retry.AFTER && error.retryAfterMs() == 0
            ? error.retryAfter(RETRY_AFTER_MS)
            : error;
  }

  /** A request that was refused before it changed anything. */
  public RequestException(ErrorCode code, String message) {
    this(ErrorMessage.notApplied(code, message));
  }

  /** The client's own time limit passed before anything was done. */
  public static RequestException timeout() {
    return new RequestException(ErrorCode.TIMEOUT, "the request's time is up");
  }

  /** There were too many requests; the error says when the next one may come. */
  static RequestException rateLimited(ConnectionRate rate) {
    String whose = rate.whose() == ConnectionRate.Whose.USER ? "this user" : "this address";
    return new RequestException(
        ErrorMessage.of(
                ErrorCode.RATE_LIMITED,
                whose
                    + " may send "
                    + rate.perSecond()
                    + " requests a second; try again in "
                    + rate.waitMs()
                    + " ms",
                Outcome.NOT_APPLIED)
            .retryAfter(rate.waitMs()));
  }

  /** A fault of the server itself, of which its log tells. */
  static RequestException internal() {
    return new RequestException(
        ErrorMessage.of(
            ErrorCode.STORAGE_ERROR,
            "internal error; the server's log tells more",
            Outcome.UNKNOWN));
  }

  static RequestException of(ProtocolException refused) {
    return new RequestException(ErrorMessage.of(refused));
  }

  /** What a client is told of a failure of the engine. */
  static RequestException of(EngineException failure) {
    ErrorCode code =
        switch (failure.kind()) {
          case INVALID_ARGUMENT -> ErrorCode.INVALID_COMMAND;
          case TOO_LARGE -> ErrorCode.TOO_LARGE;
          case NOT_AN_INTEGER -> ErrorCode.NOT_AN_INTEGER;
          case OVERFLOW -> ErrorCode.OVERFLOW;
          case CONDITION_FAILED -> ErrorCode.CONDITION_FAILED;
          case DATABASE_NOT_FOUND -> ErrorCode.DATABASE_NOT_FOUND;
          case DATABASE_EXISTS -> ErrorCode.DATABASE_EXISTS;
          case CORRUPTION -> ErrorCode.CORRUPTION;
          case READ_ONLY -> ErrorCode.READ_ONLY;
          case DISK_FULL -> ErrorCode.DISK_FULL;
          case STORAGE_ERROR, LOCKED, UNSUPPORTED_FORMAT -> ErrorCode.STORAGE_ERROR;
          case OVERLOADED -> ErrorCode.SERVER_OVERLOADED;
          case CLOSED -> ErrorCode.SHUTTING_DOWN;
        };
    ErrorMessage error =
        ErrorMessage.of(
            code,
            message(code, failure),
            failure.outcome() == io.velocitydb.engine.Outcome.UNKNOWN
                ? Outcome.UNKNOWN
                : Outcome.NOT_APPLIED);
    return new RequestException(
        failure instanceof ConditionFailedException condition
            ? error.failedAt(condition.index(), condition.currentVersion())
            : error);
  }

  /** The engine's own words name files where a file is at fault; those stay in the server's log. */
  private static String message(ErrorCode code, EngineException failure) {
    return switch (code) {
      case CORRUPTION ->
          "stored bytes do not match their checksum; the server's log names the file";
      case STORAGE_ERROR -> "the storage failed; the server's log tells how";
      case READ_ONLY ->
          "the database takes no writes since a write to its log failed; the server's log tells why";
      case DISK_FULL -> "the disk is full: only deletes are taken until there is space";
      case SHUTTING_DOWN -> "the database was closed or dropped";
      default -> String.valueOf(failure.getMessage());
    };
  }

  /** What the error frame says. */
  public ErrorMessage error() {
    return error;
  }
}
