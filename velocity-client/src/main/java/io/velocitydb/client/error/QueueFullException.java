package io.velocitydb.client.error;

import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;

/**
 * More requests wait for their answers than the client allows; this one was not sent. Wait for
 * some, or slow down.
 */
public final class QueueFullException extends ClientException {

  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public QueueFullException(String message) {
    super(message, Outcome.NOT_APPLIED, Retry.NOW);
  }

  @Override
  public String errorType() {
    return "QUEUE_FULL";
  }
}
