package io.velocitydb.client.error;

/**
 * The connection has no database: the wished one does not exist or was dropped. Code NO_DATABASE.
 */
public final class NoDatabaseException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  NoDatabaseException(ErrorDetails details) {
    super(details);
  }
}
