package io.velocitydb.client.error;

/**
 * A server beyond this machine that was never seen before, without a pinned fingerprint or an
 * authority to vouch for it.
 */
public final class UnknownServerException extends UntrustedServerException {

  private static final long serialVersionUID = 1L;

  private final String server;
  private final String fingerprint;

  /**
   * With a message for people that says what to do.
   *
   * @param server {@code host:port} as it stands in known_hosts
   * @param fingerprint of the key that the server shows, {@code SHA256:...}
   */
  public UnknownServerException(String message, String server, String fingerprint) {
    super(message);
    this.server = server;
    this.fingerprint = fingerprint;
  }

  /** The server, {@code host:port}. */
  public String server() {
    return server;
  }

  /** The fingerprint of the key that it shows, {@code SHA256:...}. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String errorType() {
    return "UNKNOWN_SERVER";
  }
}
