package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/** The client, pool or connection was closed. */
public final class ClientClosedException extends ClientException {

  private static final long serialVersionUID = 1L;

  /**
   * With a message for people.
   *
   * @param outcome {@link Outcome#NOT_APPLIED} if the request had not been sent yet
   */
  public ClientClosedException(String message, Outcome outcome) {
    super(message, outcome, Retry.NEVER);
  }

  @Override
  public String errorType() {
    return "CLIENT_CLOSED";
  }
}
