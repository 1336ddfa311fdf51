package io.velocitydb.client.error;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import java.util.Optional;

/**
 * An error with one of V-Proto's codes: one class per code.
 *
 * <p>Nearly all come from the server; the client itself makes those whose meaning it shares, such
 * as {@link RequestTimeoutException}.
 */
public abstract sealed class ServerException extends VelocityException
    permits AlreadyExistsException,
        ConditionFailedException,
        CorruptionException,
        DatabaseExistsException,
        DatabaseNotFoundException,
        DiskFullException,
        InvalidCommandException,
        InvalidCredentialsException,
        KeyNotFoundException,
        NoDatabaseException,
        NotAnIntegerException,
        NotFoundException,
        NotLeaderException,
        OverflowException,
        PermissionDeniedException,
        ProtocolErrorException,
        QuotaExceededException,
        RateLimitedException,
        ReadOnlyException,
        RequestTimeoutException,
        ServerOverloadedException,
        SessionExpiredException,
        ShuttingDownException,
        StorageException,
        TooLargeException,
        UnauthenticatedException,
        UnknownErrorException,
        UnsupportedException,
        WrongShardException {

  private static final long serialVersionUID = 1L;

  private final ErrorDetails details;

  ServerException(ErrorDetails details) {
    super(
        details.message(),
        details.outcome(),
        details.retry(),
        details.retryAfterMillis(),
        details.address());
    this.details = details;
  }

  /** The exception of the code's class. */
  public static ServerException of(ErrorDetails details) {
    Optional<ErrorCode> known = ErrorCode.of(details.number());
    if (known.isEmpty()) {
      return new UnknownErrorException(details);
    }
    return switch (known.get()) {
      case INVALID_CREDENTIALS -> new InvalidCredentialsException(details);
      case RATE_LIMITED -> new RateLimitedException(details);
      case INVALID_COMMAND -> new InvalidCommandException(details);
      case KEY_NOT_FOUND -> new KeyNotFoundException(details);
      case STORAGE_ERROR -> new StorageException(details);
      case PROTOCOL_ERROR -> new ProtocolErrorException(details);
      case SERVER_OVERLOADED -> new ServerOverloadedException(details);
      case NOT_LEADER -> new NotLeaderException(details);
      case DATABASE_NOT_FOUND -> new DatabaseNotFoundException(details);
      case PERMISSION_DENIED -> new PermissionDeniedException(details);
      case NOT_AN_INTEGER -> new NotAnIntegerException(details);
      case TOO_LARGE -> new TooLargeException(details);
      case TIMEOUT -> new RequestTimeoutException(details);
      case UNAUTHENTICATED -> new UnauthenticatedException(details);
      case READ_ONLY -> new ReadOnlyException(details);
      case DATABASE_EXISTS -> new DatabaseExistsException(details);
      case OVERFLOW -> new OverflowException(details);
      case CONDITION_FAILED -> new ConditionFailedException(details);
      case NO_DATABASE -> new NoDatabaseException(details);
      case UNSUPPORTED -> new UnsupportedException(details);
      case SHUTTING_DOWN -> new ShuttingDownException(details);
      case SESSION_EXPIRED -> new SessionExpiredException(details);
      case WRONG_SHARD -> new WrongShardException(details);
      case CORRUPTION -> new CorruptionException(details);
      case QUOTA_EXCEEDED -> new QuotaExceededException(details);
      case ALREADY_EXISTS -> new AlreadyExistsException(details);
      case NOT_FOUND -> new NotFoundException(details);
      case DISK_FULL -> new DiskFullException(details);
    };
  }

  /** The exception of {@code code}'s class, with the code's own advice on repeating. */
  public static ServerException of(ErrorCode code, String message, Outcome outcome) {
    return of(ErrorDetails.of(code, message, outcome));
  }

  /** The number of the code on the wire. */
  public int codeNumber() {
    return details.number();
  }

  /** The code; empty if a later version introduced it. */
  public Optional<ErrorCode> code() {
    return ErrorCode.of(details.number());
  }

  @Override
  public String errorType() {
    return code().map(Enum::name).orElse("CODE_" + details.number());
  }

  ErrorDetails details() {
    return details;
  }
}
