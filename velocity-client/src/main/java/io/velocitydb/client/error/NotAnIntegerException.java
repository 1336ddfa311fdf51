package io.velocitydb.client.error;

/** INCR met a value that is not a decimal integer; it is unchanged. Code NOT_AN_INTEGER. */
public final class NotAnIntegerException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  NotAnIntegerException(ErrorDetails details) {
    super(details);
  }
}
