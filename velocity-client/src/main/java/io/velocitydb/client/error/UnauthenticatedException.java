package io.velocitydb.client.error;

/** No user was given, or the connection is not authenticated. Code UNAUTHENTICATED. */
public final class UnauthenticatedException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  UnauthenticatedException(ErrorDetails details) {
    super(details);
  }
}
