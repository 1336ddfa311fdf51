package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/** The connection was lost while the answer was awaited. */
public final class ConnectionLostException extends ClientException {

  private static final long serialVersionUID = 1L;

  /**
   * With a message for people.
   *
   * @param outcome {@link Outcome#NOT_APPLIED} if the request had not been sent yet
   */
  public ConnectionLostException(String message, Outcome outcome) {
    super(message, outcome, Retry.NOW);
  }

  @Override
  public String errorType() {
    return "CONNECTION_LOST";
  }
}
