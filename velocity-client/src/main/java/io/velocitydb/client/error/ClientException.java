package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/** An error that the client itself found, without a word of the server. */
public abstract sealed class ClientException extends VelocityException
    permits ClientClosedException,
        ConnectionFailedException,
        ConnectionLostException,
        QueueFullException,
        RequestInterruptedException,
        UntrustedServerException {

  private static final long serialVersionUID = 1L;

  ClientException(String message, Outcome outcome, Retry retry) {
    super(message, outcome, retry, 0, "");
  }
}
