package io.velocitydb.client.error;

/** A key, value, batch or answer is larger than the limits of the server. Code TOO_LARGE. */
public final class TooLargeException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  TooLargeException(ErrorDetails details) {
    super(details);
  }
}
