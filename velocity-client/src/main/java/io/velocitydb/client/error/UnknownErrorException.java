package io.velocitydb.client.error;

/** An error whose code this version of the client does not know; {@link #codeNumber()} tells it. */
public final class UnknownErrorException extends ServerException {

  private static final long serialVersionUID = 1L;

  UnknownErrorException(ErrorDetails details) {
    super(details);
  }
}
