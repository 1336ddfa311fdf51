package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/** No connection to the server could be made; the request was not sent. */
public final class ConnectionFailedException extends ClientException {

  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public ConnectionFailedException(String message) {
    super(message, Outcome.NOT_APPLIED, Retry.NOW);
  }

  @Override
  public String errorType() {
    return "CONNECTION_FAILED";
  }
}
