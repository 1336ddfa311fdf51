package io.velocitydb.client.connection;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.VelocityException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the network and TLS throw into the client's errors, with the remedy where there is
 * one.
 */
final class Failures {

  private Failures() {}

  /** The error for a connection to {@code address} that could not be made. */
  static VelocityException of(@Nullable Throwable thrown, String address) {
    Throwable cause = unwrap(thrown);
    VelocityException error =
        switch (cause) {
          case VelocityException known -> known;
          case null -> new ConnectionFailedException("no connection to " + address);
          case ConnectTimeoutException _ ->
              new ConnectionFailedException(
                  address
                      + " did not answer in time; is the address right and the server running?");
          case UnknownHostException _ ->
              new ConnectionFailedException(
                  "no host of the name of " + address + " is known; is the address right?");
          case SocketException refused ->
              new ConnectionFailedException(
                  "cannot connect to "
                      + address
                      + ": "
                      + reason(refused)
                      + "; is the server running?");
          case NotSslRecordException _ ->
              new ConnectionFailedException(
                  address
                      + " does not speak TLS; is it a Velocity server's port? (plaintext is vdb+plain://)");
          case ClosedChannelException _ ->
              new ConnectionFailedException(
                  address
                      + " closed the connection during the TLS handshake; does it speak TLS?"
                      + " (plaintext is vdb+plain://)");
          case SSLException tls ->
              new ConnectionFailedException(
                  "the TLS 1.3 handshake with " + address + " failed: " + tls.getMessage());
          default ->
              new ConnectionFailedException("cannot connect to " + address + ": " + reason(cause));
        };
    if (error != cause && cause != null) {
      error.initCause(cause);
    }
    return error;
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    // Netty repeats the address behind the reason.
    int colon = message.indexOf(": ");
    return cause instanceof SocketException && colon > 0 ? message.substring(0, colon) : message;
  }

  static @Nullable Throwable unwrap(@Nullable Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
