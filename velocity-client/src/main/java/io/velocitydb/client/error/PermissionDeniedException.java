package io.velocitydb.client.error;

/** The user may not do this, or not with these keys. Code PERMISSION_DENIED. */
public final class PermissionDeniedException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  PermissionDeniedException(ErrorDetails details) {
    super(details);
  }
}
