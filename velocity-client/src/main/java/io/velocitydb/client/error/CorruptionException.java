package io.velocitydb.client.error;

/** The server found stored data whose checksum is wrong. Code CORRUPTION. */
public final class CorruptionException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  CorruptionException(ErrorDetails details) {
    super(details);
  }
}
