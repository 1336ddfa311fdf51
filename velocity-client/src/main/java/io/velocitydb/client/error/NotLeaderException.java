package io.velocitydb.client.error;

/** Another node of the cluster leads; {@link #redirect()} names it. Code NOT_LEADER. */
public final class NotLeaderException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  NotLeaderException(ErrorDetails details) {
    super(details);
  }
}
