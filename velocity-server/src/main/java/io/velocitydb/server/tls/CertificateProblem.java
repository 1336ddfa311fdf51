package io.velocitydb.server.tls;

/** A certificate or key that cannot be used; the message is one line with the file. */
public final class CertificateProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CertificateProblem(String message) {
    super(message);
  }

  public CertificateProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
