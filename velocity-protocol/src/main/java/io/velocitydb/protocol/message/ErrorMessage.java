package io.velocitydb.protocol.message;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.fbs.ErrorResponse;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error frame.
 *
 * @param number the code's number; a newer server may send one that {@link #code} does not know
 * @param message what happened and what to do, for people
 * @param outcome what became of the request
 * @param retry what the client may do
 * @param retryAfterMs with {@link Retry#AFTER}: milliseconds to wait
 * @param address with {@link Retry#REDIRECT}: host:port; else empty
 * @param index with CONDITION_FAILED: the operation of the batch
 * @param version with CONDITION_FAILED: the key's current version, 0 when absent
 */
public record ErrorMessage(
    int number,
    String message,
    Outcome outcome,
    Retry retry,
    long retryAfterMs,
    String address,
    long index,
    long version) {

  /** An error whose request was not applied, with what its code says about trying again. */
  public static ErrorMessage notApplied(ErrorCode code, String message) {
    return of(code, message, Outcome.NOT_APPLIED);
  }

  /** An error with what its code says about trying again. */
  public static ErrorMessage of(ErrorCode code, String message, Outcome outcome) {
    // TIMEOUT may be repeated only when it is known that nothing happened.
    Retry retry =
        code == ErrorCode.TIMEOUT && outcome != Outcome.NOT_APPLIED
            ? Retry.NEVER
            : code.defaultRetry();
    return new ErrorMessage(code.number(), message, outcome, retry, 0, "", 0, 0);
  }

  /** The answer to a request that was refused before anything was done with it. */
  public static ErrorMessage of(ProtocolException refused) {
    return notApplied(refused.code(), String.valueOf(refused.getMessage()));
  }

  /** This, to be tried again after {@code ms} milliseconds. */
  public ErrorMessage retryAfter(long ms) {
    return new ErrorMessage(number, message, outcome, Retry.AFTER, ms, address, index, version);
  }

  /** This, with the operation of a batch whose condition failed and its key's current version. */
  public ErrorMessage failedAt(long failedIndex, long currentVersion) {
    return new ErrorMessage(
        number, message, outcome, retry, retryAfterMs, address, failedIndex, currentVersion);
  }

  /** The code, if this version knows it. */
  public Optional<ErrorCode> code() {
    return ErrorCode.of(number);
  }

  /** Writes this as the body of an error frame. */
  public void write(MessageWriter writer, ByteBuf out) {
    int error = writer.begin(out, ErrorResponse.TABLE);
    writer.putShort(error, ErrorResponse.CODE, number);
    writer.putByte(error, ErrorResponse.OUTCOME, outcome.number());
    writer.putByte(error, ErrorResponse.RETRY, retry.number());
    if (retryAfterMs != 0) {
      int capped = (int) Math.min(retryAfterMs, Integer.MAX_VALUE);
      writer.putInt(error, ErrorResponse.RETRY_AFTER_MS, capped);
    }
    if (index != 0) {
      writer.putInt(error, ErrorResponse.INDEX, (int) index);
    }
    if (version != 0) {
      writer.putLong(error, ErrorResponse.VERSION, version);
    }
    writer.putString(error, ErrorResponse.MESSAGE, message);
    if (!address.isEmpty()) {
      writer.putString(error, ErrorResponse.ADDRESS, address);
    }
  }

  /** Reads a body that {@link Verifier#verifyResponse} let pass as {@code ErrorResponse.TABLE}. */
  public static ErrorMessage read(ByteBuffer body) {
    ErrorResponse error = ErrorResponse.getRootAsErrorResponse(body);
    return new ErrorMessage(
        error.code(),
        orEmpty(error.message()),
        Outcome.of(error.outcome()),
        Retry.of(error.retry()),
        error.retryAfterMs(),
        orEmpty(error.address()),
        error.index(),
        error.version());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
