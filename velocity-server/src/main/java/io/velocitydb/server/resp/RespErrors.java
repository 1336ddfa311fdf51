package io.velocitydb.server.resp;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.session.RequestException;

/** Refusals in the words of Redis. */
final class RespErrors {
  private static final int ARGUMENT_CHARS_MAX = 128;

  private RespErrors() {}

  static RequestException of(String message) {
    return new RequestException(ErrorCode.INVALID_COMMAND, message);
  }

  static RequestException syntax() {
    return of("syntax error");
  }

  static RequestException notAnInteger() {
    return new RequestException(ErrorCode.NOT_AN_INTEGER, "not an integer");
  }

  static RequestException arity(String command) {
    return of("wrong number of arguments for '" + command + "' command");
  }

  static RequestException invalidExpiry(String command) {
    return of("invalid expire time in '" + command + "' command");
  }

  static RequestException noAuth() {
    return new RequestException(ErrorCode.UNAUTHENTICATED, "Authentication required.");
  }

  static RequestException unknownSubcommand(RespRequest request, String command) {
    return of(
        "unknown subcommand '"
            + shortened(request.text(1))
            + "'. Try "
            + command.toUpperCase(java.util.Locale.ROOT)
            + " HELP.");
  }

  /** Names the command and, as far as there is room, its arguments. */
  static RequestException unknownCommand(RespRequest request) {
    StringBuilder arguments = new StringBuilder();
    for (int i = 1; i < request.count() && arguments.length() < ARGUMENT_CHARS_MAX; i++) {
      String text = request.text(i);
      int room = ARGUMENT_CHARS_MAX - arguments.length();
      arguments.append('\'').append(text, 0, Math.min(room, text.length())).append("' ");
    }
    return of(
        "unknown command '"
            + shortened(request.text(0))
            + "', with args beginning with: "
            + arguments);
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(ARGUMENT_CHARS_MAX, text.length()));
  }
}
