package io.velocitydb.client.error;

/** There is no such user, token or backup. Code NOT_FOUND. */
public final class NotFoundException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  NotFoundException(ErrorDetails details) {
    super(details);
  }
}
