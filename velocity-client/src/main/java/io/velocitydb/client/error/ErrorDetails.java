package io.velocitydb.client.error;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import java.io.Serializable;

/**
 * What an error frame says.
 *
 * @param number the code's number
 * @param message what happened, for people
 * @param outcome whether the request may have been applied
 * @param retry whether and where to repeat it
 * @param retryAfterMillis how long to wait first, for {@link Retry#AFTER}
 * @param address where to go instead, {@code host:port}, for {@link Retry#REDIRECT}; otherwise
 *     empty
 * @param index the failing operation of a batch
 * @param version the current version of its key
 */
public record ErrorDetails(
    int number,
    String message,
    Outcome outcome,
    Retry retry,
    long retryAfterMillis,
    String address,
    int index,
    long version)
    implements Serializable {

  /** Details of {@code code} with its own advice on repeating. */
  public static ErrorDetails of(ErrorCode code, String message, Outcome outcome) {
    boolean unsafe = code == ErrorCode.TIMEOUT && outcome == Outcome.UNKNOWN;
    Retry retry = unsafe ? Retry.NEVER : code.defaultRetry();
    return new ErrorDetails(code.number(), message, outcome, retry, 0, "", 0, 0);
  }
}
