package io.velocitydb.client.error;

/** The session that made writes exactly-once is gone. Code SESSION_EXPIRED. */
public final class SessionExpiredException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  SessionExpiredException(ErrorDetails details) {
    super(details);
  }
}
