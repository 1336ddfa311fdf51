package io.velocitydb.client.error;

/** The number would not fit 64 bits; it is unchanged. Code OVERFLOW. */
public final class OverflowException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  OverflowException(ErrorDetails details) {
    super(details);
  }
}
