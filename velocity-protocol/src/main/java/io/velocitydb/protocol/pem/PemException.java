package io.velocitydb.protocol.pem;

/** A PEM file that cannot be used; the message is one line with the file, never with a key. */
public final class PemException extends Exception {
  private static final long serialVersionUID = 1L;

  PemException(String message) {
    super(message);
  }

  PemException(String message, Throwable cause) {
    super(message, cause);
  }
}
