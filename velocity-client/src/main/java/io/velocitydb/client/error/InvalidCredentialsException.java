package io.velocitydb.client.error;

/** The user, password or token is wrong; which of them is not told. Code INVALID_CREDENTIALS. */
public final class InvalidCredentialsException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  InvalidCredentialsException(ErrorDetails details) {
    super(details);
  }
}
