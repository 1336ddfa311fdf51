package io.velocitydb.client.error;

/**
 * The server did not prove that it knows the user's password: it or someone between is an impostor.
 */
public final class ServerProofException extends UntrustedServerException {

  private static final long serialVersionUID = 1L;

  /** With a message for people that says what to do. */
  public ServerProofException(String message) {
    super(message);
  }

  @Override
  public String errorType() {
    return "SERVER_PROOF";
  }
}
