package io.velocitydb.client.error;

/** The server is going away; the client reconnects. Code SHUTTING_DOWN. */
public final class ShuttingDownException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  ShuttingDownException(ErrorDetails details) {
    super(details);
  }
}
