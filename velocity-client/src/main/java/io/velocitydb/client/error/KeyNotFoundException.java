package io.velocitydb.client.error;

/**
 * The key is not there. Version 1 of the protocol only: a GET of this client gives an empty result.
 * Code KEY_NOT_FOUND.
 */
public final class KeyNotFoundException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  KeyNotFoundException(ErrorDetails details) {
    super(details);
  }
}
