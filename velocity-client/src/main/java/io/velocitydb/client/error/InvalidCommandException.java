package io.velocitydb.client.error;

/** The fields or options of the request make no sense together. Code INVALID_COMMAND. */
public final class InvalidCommandException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  InvalidCommandException(ErrorDetails details) {
    super(details);
  }
}
