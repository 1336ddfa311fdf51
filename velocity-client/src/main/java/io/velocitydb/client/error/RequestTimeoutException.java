package io.velocitydb.client.error;

/**
 * The answer did not come within the deadline, by the clock of the client or of the server. Code
 * TIMEOUT.
 */
public final class RequestTimeoutException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  RequestTimeoutException(ErrorDetails details) {
    super(details);
  }
}
