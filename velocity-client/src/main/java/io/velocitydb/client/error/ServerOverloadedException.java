package io.velocitydb.client.error;

/** The server has more to do than it takes on. Code SERVER_OVERLOADED. */
public final class ServerOverloadedException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  ServerOverloadedException(ErrorDetails details) {
    super(details);
  }
}
