package io.velocitydb.client.error;

/** The server could not read or write its files. Code STORAGE_ERROR. */
public final class StorageException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  StorageException(ErrorDetails details) {
    super(details);
  }
}
