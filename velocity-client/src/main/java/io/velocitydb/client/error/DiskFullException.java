package io.velocitydb.client.error;

/** The disk of the server is full; reading and deleting still work. Code DISK_FULL. */
public final class DiskFullException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  DiskFullException(ErrorDetails details) {
    super(details);
  }
}
