package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/** The thread was interrupted while it waited; its interrupt flag is set again. */
public final class RequestInterruptedException extends ClientException {

  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public RequestInterruptedException(String message) {
    super(message, Outcome.UNKNOWN, Retry.NEVER);
  }

  @Override
  public String errorType() {
    return "INTERRUPTED";
  }
}
