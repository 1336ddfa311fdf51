package io.velocitydb.client.error;

/** The user or address makes more requests than it may. Code RATE_LIMITED. */
public final class RateLimitedException extends ServerException {

  private static final long serialVersionUID = 1L;

  /** Made from an error frame or by the client, see {@link ServerException#of}. */
  RateLimitedException(ErrorDetails details) {
    super(details);
  }
}
