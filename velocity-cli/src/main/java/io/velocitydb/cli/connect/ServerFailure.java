package io.velocitydb.cli.connect;

import io.velocitydb.cli.console.CommandFailure;
import io.velocitydb.cli.console.ExitCode;
import io.velocitydb.client.error.ClientException;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.UnknownServerException;
import io.velocitydb.client.error.UntrustedServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.protocol.ErrorCode;
import java.util.Optional;

/**
 * Translates the client library's errors: an exit code, and what to do in the words of the command
 * line.
 */
public final class ServerFailure {
  private ServerFailure() {}

  /** The failure of a command that talked to {@code target}. */
  public static CommandFailure of(VelocityException error, Target target) {
    String message = error.getMessage() == null ? error.errorType() : error.getMessage();
    return switch (error) {
      case UnknownServerException unknown ->
          failure(
              ExitCode.NO_CONNECTION,
              "the server "
                  + unknown.server()
                  + " is not known here; its key is "
                  + unknown.fingerprint()
                  + "; if that is what it printed at its start, add --fingerprint "
                  + unknown.fingerprint()
                  + ", or --accept-new to remember it",
              error);
      case UntrustedServerException untrusted ->
          failure(ExitCode.NO_CONNECTION, message, untrusted);
      case ConnectionFailedException failed -> failure(ExitCode.NO_CONNECTION, message, failed);
      case ConnectionLostException lost ->
          failure(
              ExitCode.NO_CONNECTION,
              message
                  + (lost.maybeApplied()
                      ? "; what was being written may or may not have been"
                      : ""),
              lost);
      case ServerException server -> ofServer(server, message, target);
      case ClientException client -> failure(ExitCode.FAILED, message, client);
    };
  }

  private static CommandFailure ofServer(ServerException error, String message, Target target) {
    Optional<ErrorCode> code = error.code();
    if (code.isEmpty()) {
      return failure(
          ExitCode.FAILED, message + " (a newer server's error " + error.codeNumber() + ")", error);
    }
    return switch (code.get()) {
      case INVALID_CREDENTIALS ->
          failure(
              ExitCode.NO_PERMISSION,
              "wrong user or password for "
                  + target.name()
                  + "; an admin can set a new one: velocity admin passwd",
              error);
      case UNAUTHENTICATED, PERMISSION_DENIED, SESSION_EXPIRED ->
          failure(ExitCode.NO_PERMISSION, message, error);
      case KEY_NOT_FOUND, NOT_FOUND -> failure(ExitCode.NOT_FOUND, message, error);
      case DATABASE_NOT_FOUND, NO_DATABASE ->
          failure(
              ExitCode.NOT_FOUND, message + "; \"velocity db list\" shows what there is", error);
      case SHUTTING_DOWN -> failure(ExitCode.NO_CONNECTION, message, error);
      default -> failure(ExitCode.FAILED, message, error);
    };
  }

  private static CommandFailure failure(ExitCode code, String message, Throwable cause) {
    return new CommandFailure(code, message, cause);
  }
}
