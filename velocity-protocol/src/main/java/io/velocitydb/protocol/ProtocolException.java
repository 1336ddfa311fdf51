package io.velocitydb.protocol;

/**
 * Bytes or a request that V-Proto does not allow: the code to answer with and a message fit for the
 * other side. Carries no stack trace: it is made for input from outside, at the rate of that input.
 */
public final class ProtocolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public ProtocolException(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** Whether the connection cannot go on after this. */
  public boolean closesConnection() {
    return code == ErrorCode.PROTOCOL_ERROR;
  }
}
