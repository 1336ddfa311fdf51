package io.velocitydb.cli.transfer;

/** A line that is not of the file's form; says why, in half a sentence. */
final class MalformedLineException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedLineException(String message) {
    super(message);
  }

  MalformedLineException(String message, Throwable cause) {
    super(message, cause);
  }
}
