package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that can go wrong with a request.
 *
 * <p>Two questions decide what a program does: whether the request may have been applied all the
 * same ({@link #maybeApplied()}), and whether the same request may succeed if it is made again
 * ({@link #isRetryable()}). Immutable.
 */
public abstract sealed class VelocityException extends RuntimeException
    permits ServerException, ClientException {

  private static final long serialVersionUID = 1L;

  private final Outcome outcome;
  private final Retry retry;
  private final long retryAfterMillis;
  private final String redirect;

  VelocityException(
      String message, Outcome outcome, Retry retry, long retryAfterMillis, String redirect) {
    super(message);
    this.outcome = outcome;
    this.retry = retry;
    this.retryAfterMillis = retryAfterMillis;
    this.redirect = redirect;
  }

  /** What became of the request. */
  public Outcome outcome() {
    return outcome;
  }

  /** Whether and where to make it again. */
  public Retry retry() {
    return retry;
  }

  /** How long to wait before making it again; zero if there is nothing to wait for. */
  public Duration retryAfter() {
    return Duration.ofMillis(retryAfterMillis);
  }

  /** Where to make it instead, {@code host:port}. */
  public Optional<String> redirect() {
    return redirect.isEmpty() ? Optional.empty() : Optional.of(redirect);
  }

  /**
   * Whether the same request may succeed later or elsewhere. Ask {@link #maybeApplied()} too before
   * repeating a write.
   */
  public boolean isRetryable() {
    return retry != Retry.NEVER;
  }

  /** Whether a write may have been applied although it ended in this error. */
  public boolean maybeApplied() {
    return outcome == Outcome.UNKNOWN;
  }

  /**
   * A short constant name for metrics: the code, such as {@code RATE_LIMITED}, or the client's own,
   * such as {@code CONNECTION_LOST}.
   */
  public abstract String errorType();
}
