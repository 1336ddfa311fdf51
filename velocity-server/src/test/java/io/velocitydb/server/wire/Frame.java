package io.velocitydb.server.wire;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.fbs.PingResponse;
import io.velocitydb.protocol.message.ErrorMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A frame that the server sent.
 *
 * @param opcode byte 4
 * @param flags byte 5
 * @param body as on the wire
 */
@SuppressWarnings("ArrayRecordComponent") // looked into, never compared
public record Frame(int opcode, int flags, byte[] body) {
  private static final byte[] EMPTY_TABLE = {8, 0, 0, 0, 4, 0, 4, 0, 4, 0, 0, 0};

  /** Whether it answers this request without an error. */
  public boolean answers(Opcode request) {
    return opcode == request.responseNumber();
  }

  /** Whether further frames of the same answer follow. */
  public boolean hasMore() {
    return (flags & 0x80) != 0;
  }

  public boolean isError() {
    return opcode == Opcode.ERROR;
  }

  public ErrorMessage error() {
    if (!isError()) {
      throw new AssertionError("not an error but opcode 0x" + Integer.toHexString(opcode));
    }
    return ErrorMessage.read(table());
  }

  public ErrorCode errorCode() {
    return error().code().orElseThrow();
  }

  /** The body for generated accessors; an empty one is the empty table. */
  public ByteBuffer table() {
    return ByteBuffer.wrap(body.length == 0 ? EMPTY_TABLE : body).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Of a GET: the value as text, or "(missing)". */
  public String value() {
    if (isError()) {
      return error().toString();
    }
    GetResponse get = GetResponse.getRootAsGetResponse(table());
    return get.found() ? text(get.valueAsByteBuffer()) : "(missing)";
  }

  /** Of a PING: the payload as text. */
  public String payload() {
    return text(PingResponse.getRootAsPingResponse(table()).payloadAsByteBuffer());
  }

  public static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  @Override
  public String toString() {
    return isError()
        ? error().toString()
        : "frame 0x" + Integer.toHexString(opcode) + ", " + body.length + " bytes";
  }
}
