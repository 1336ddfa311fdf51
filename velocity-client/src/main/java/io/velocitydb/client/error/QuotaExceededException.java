package io.velocitydb.client.error;

/** The database has reached its size limit. Code QUOTA_EXCEEDED. */
public final class QuotaExceededException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  QuotaExceededException(ErrorDetails details) {
    super(details);
  }
}
