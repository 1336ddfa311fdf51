package io.velocitydb.client.error;

/** There is no database of that name. Code DATABASE_NOT_FOUND. */
public final class DatabaseNotFoundException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  DatabaseNotFoundException(ErrorDetails details) {
    super(details);
  }
}
