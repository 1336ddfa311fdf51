package io.velocitydb.client.connection;

import io.velocitydb.client.error.ErrorDetails;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.fbs.ErrorResponse;
import java.nio.ByteBuffer;

/** Reads the frame of an error. */
final class ErrorReply {

  private ErrorReply() {}

  static ServerException decode(ByteBuffer body) {
    ErrorResponse error = ErrorResponse.getRootAsErrorResponse(body);
    String message = error.message();
    String address = error.address();
    return ServerException.of(
        new ErrorDetails(
            error.code(),
            message == null ? "the server gave no reason" : message,
            Outcome.of(error.outcome()),
            Retry.of(error.retry()),
            error.retryAfterMs(),
            address == null ? "" : address,
            (int) error.index(),
            error.version()));
  }
}
