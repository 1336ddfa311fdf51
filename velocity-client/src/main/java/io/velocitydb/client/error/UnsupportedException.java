package io.velocitydb.client.error;

/** The server does not know this command, field or option. Code UNSUPPORTED. */
public final class UnsupportedException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  UnsupportedException(ErrorDetails details) {
    super(details);
  }
}
