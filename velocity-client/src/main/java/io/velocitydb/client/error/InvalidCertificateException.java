package io.velocitydb.client.error;

/**
 * The certificate does not come from the given authority, is for another host, or is not valid
 * today.
 */
public final class InvalidCertificateException extends UntrustedServerException {

  private static final long serialVersionUID = 1L;

  /** With a message for people that says what to do. */
  public InvalidCertificateException(String message) {
    super(message);
  }

  @Override
  public String errorType() {
    return "INVALID_CERTIFICATE";
  }
}
