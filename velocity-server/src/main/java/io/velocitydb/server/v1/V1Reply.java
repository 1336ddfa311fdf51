package io.velocitydb.server.v1;

import io.netty.buffer.ByteBuf;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.session.NativeAddress;
import java.util.function.Consumer;

/** Writes the frames that go to clients of version 1. Thread-safe. */
final class V1Reply {
  private V1Reply() {}

  /** A whole frame. */
  static void frame(ByteBuf out, int type, Consumer<ByteBuf> payload) {
    V1FrameEncoder encoder = new V1FrameEncoder();
    int start = encoder.begin(out, type);
    payload.accept(out);
    encoder.end(out, start);
  }

  /** The answer to a command. */
  static void response(ByteBuf out, V1Command command, Consumer<ByteBuf> result) {
    frame(
        out,
        V1Type.RESPONSE,
        payload -> {
          payload.writeByte(command.number());
          result.accept(payload);
        });
  }

  static void error(ByteBuf out, ErrorMessage error) {
    frame(
        out,
        V1Type.ERROR,
        payload -> {
          payload.writeShortLE(error.number());
          V1FrameEncoder.lp(payload, error.message());
        });
  }

  /** Copies native bytes, with their length in front. */
  static void lp(ByteBuf out, long address, int length) {
    out.writeIntLE(length).ensureWritable(length);
    int at = out.writerIndex();
    Memory.copy(address, NativeAddress.of(out) + at, length);
    out.writerIndex(at + length);
  }
}
