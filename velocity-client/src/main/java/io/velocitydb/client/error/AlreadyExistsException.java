package io.velocitydb.client.error;

/** There is one of that name already. Code ALREADY_EXISTS. */
public final class AlreadyExistsException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  AlreadyExistsException(ErrorDetails details) {
    super(details);
  }
}
