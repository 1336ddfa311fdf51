package io.velocitydb.client.command;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.message.Messages;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.PingRequest;
import io.velocitydb.protocol.fbs.PingResponse;
import io.velocitydb.protocol.fbs.UseRequest;

/** Writes and reads the messages about the connection itself. */
public final class SessionCalls {

  private SessionCalls() {}

  /** PING; gives back the payload. */
  public static Call<byte[]> ping(byte[] payload, ReadOptions options) {
    FlatBufferBuilder builder = Messages.builder(payload.length);
    int payloadAt = builder.createByteVector(payload);
    CallOptions call = new CallOptions(0, options.call.timeoutMillis());
    int root = PingRequest.createPingRequest(builder, Messages.meta(builder, call), payloadAt);
    return Messages.call(
        Opcode.PING,
        call,
        builder,
        root,
        body -> {
          PingResponse response = PingResponse.getRootAsPingResponse(body);
          return Messages.copy(response, response.payloadStart(), response.payloadLength());
        });
  }

  /** USE. */
  public static Call<Boolean> use(String database) {
    FlatBufferBuilder builder = Messages.builder(database.length());
    int name = builder.createString(database);
    int root = UseRequest.createUseRequest(builder, 0, name);
    return Messages.call(Opcode.USE, CallOptions.NONE, builder, root, body -> true);
  }
}
