package io.velocitydb.client.error;

/** There is a database of that name already. Code DATABASE_EXISTS. */
public final class DatabaseExistsException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  DatabaseExistsException(ErrorDetails details) {
    super(details);
  }
}
