package io.velocitydb.client.error;

/** One side sent bytes that are not V-Proto; the connection is closed. Code PROTOCOL_ERROR. */
public final class ProtocolErrorException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  ProtocolErrorException(ErrorDetails details) {
    super(details);
  }
}
