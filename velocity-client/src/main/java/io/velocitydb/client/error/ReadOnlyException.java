package io.velocitydb.client.error;

/** The database only reads: a failed fsync or a recovery. Code READ_ONLY. */
public final class ReadOnlyException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  ReadOnlyException(ErrorDetails details) {
    super(details);
  }
}
