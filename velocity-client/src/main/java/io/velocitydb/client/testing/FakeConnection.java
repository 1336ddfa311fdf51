package io.velocitydb.client.testing;

import com.google.flatbuffers.FlatBufferBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.Retry;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.fbs.PingRequest;
import io.velocitydb.protocol.fbs.PingResponse;
import io.velocitydb.protocol.fbs.QuitResponse;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.protocol.fbs.UseResponse;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.Verifier;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection to the fake server: frames in, replies out in their order, faults as told. */
final class FakeConnection extends ByteToMessageDecoder {

  private static final byte[] GARBAGE =
      "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final FakeServer server;
  private final Channel channel;
  private final FrameDecoder decoder = FrameDecoder.ofRequests();
  private final FrameEncoder encoder = new FrameEncoder();
  private final Verifier verifier = new Verifier();
  private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
  private @Nullable FakeLogin login;
  private @Nullable String database;

  FakeConnection(FakeServer server, Channel channel) {
    this.server = server;
    this.channel = channel;
    this.database = "default";
    decoder.maxLength(Limits.DEFAULT.maxFrame());
  }

  /** Demands a login first. */
  void login(FakeLogin needed) {
    login = needed;
    database = null;
    decoder.maxLength(Limits.MAX_FRAME_BEFORE_AUTH);
  }

  void drop() {
    var _ = channel.close();
  }

  void dropAndWait() {
    channel.close().syncUninterruptibly();
  }

  /** Sends what may be sent by now. */
  void replyHeld() {
    channel.eventLoop().execute(this::sendHeld);
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    switch (decoder.decode(in)) {
      case NEED_MORE -> {}
      case ERROR -> drop();
      case FRAME -> {
        // The decoder's loop in the superclass ends when nothing was read.
        request(decoder.opcode(), decoder.body(in));
      }
    }
  }

  private void request(int number, ByteBuffer body) {
    if (!channel.isActive()) {
      return;
    }
    if (!Opcode.isKnown(number)) {
      reply(Opcode.ERROR, error(ErrorCode.UNSUPPORTED, "unknown opcode"));
      return;
    }
    Opcode opcode = Opcode.of(number);
    FakeLogin pending = login;
    try {
      verifier.verifyRequest(opcode, body);
      if (pending != null) {
        handshake(pending, opcode, body);
        return;
      }
      server.note(opcode);
      Optional<Faults.Refusal> refusal = server.faults().refusal();
      if (refusal.isPresent()) {
        reply(Opcode.ERROR, error(refusal.get()));
        return;
      }
      ByteBuffer answer = execute(opcode, body);
      if (server.faults().dropsNow()) {
        var _ = channel.close();
      } else {
        reply(opcode.responseNumber(), answer);
      }
    } catch (ProtocolException e) {
      reply(Opcode.ERROR, error(e.code(), String.valueOf(e.getMessage())));
    } catch (FakeBatch.ConditionFailed e) {
      reply(Opcode.ERROR, error(e));
    }
  }

  private void handshake(FakeLogin pending, Opcode opcode, ByteBuffer body) {
    if (server.faults().isHandshakeSilent()) {
      return;
    }
    switch (opcode) {
      case HELLO -> reply(opcode.responseNumber(), pending.hello(body));
      case AUTH -> {
        Optional<String> wished = pending.verify(body);
        if (wished.isEmpty()) {
          reply(Opcode.ERROR, error(ErrorCode.INVALID_CREDENTIALS, "wrong user or password"));
          var _ = channel.close();
          return;
        }
        login = null;
        decoder.maxLength(Limits.DEFAULT.maxFrame());
        database = server.database(wished.get()) == null ? null : wished.get();
        reply(
            opcode.responseNumber(),
            pending.accepted(Optional.ofNullable(database), server.faults().isSignatureWrong()));
      }
      default -> reply(Opcode.ERROR, error(ErrorCode.UNAUTHENTICATED, "HELLO comes first"));
    }
  }

  private ByteBuffer execute(Opcode opcode, ByteBuffer body) {
    var own = server.answerOf(opcode);
    if (own.isPresent()) {
      return own.get().apply(body);
    }
    return switch (opcode) {
      case PING -> ping(body);
      case USE -> use(body);
      case QUIT -> {
        FlatBufferBuilder out = new FlatBufferBuilder();
        QuitResponse.startQuitResponse(out);
        yield FakeCommands.finish(out, QuitResponse.endQuitResponse(out));
      }
      case GET -> FakeCommands.get(store(), body);
      case SET -> FakeCommands.set(store(), body);
      case DELETE -> FakeCommands.delete(store(), body);
      case INCR -> FakeCommands.incr(store(), body);
      case EXPIRE -> FakeCommands.expire(store(), body);
      case TTL -> FakeCommands.ttl(store(), body);
      case EXISTS -> FakeCommands.exists(store(), body);
      case APPEND -> FakeCommands.append(store(), body);
      case MGET -> FakeCommands.mget(store(), body);
      case SCAN -> FakeCommands.scan(store(), body);
      case DELETE_RANGE -> FakeCommands.deleteRange(store(), body);
      case COUNT -> FakeCommands.count(store(), body);
      case BATCH -> {
        FakeBatch.Applied applied = FakeBatch.apply(store(), body);
        server.replaceDatabase(String.valueOf(database), applied.store());
        yield applied.answer();
      }
      default ->
          throw new ProtocolException(
              ErrorCode.UNSUPPORTED, "the fake server does not know " + opcode);
    };
  }

  private FakeStore store() {
    FakeStore store = database == null ? null : server.database(database);
    if (store == null) {
      throw new ProtocolException(ErrorCode.NO_DATABASE, "no database is selected");
    }
    return store;
  }

  private ByteBuffer use(ByteBuffer body) {
    String wished = String.valueOf(UseRequest.getRootAsUseRequest(body).database());
    if (server.database(wished) == null) {
      database = null;
      throw new ProtocolException(ErrorCode.DATABASE_NOT_FOUND, "there is no database " + wished);
    }
    database = wished;
    FlatBufferBuilder out = new FlatBufferBuilder();
    UseResponse.startUseResponse(out);
    return FakeCommands.finish(out, UseResponse.endUseResponse(out));
  }

  private static ByteBuffer ping(ByteBuffer body) {
    PingRequest request = PingRequest.getRootAsPingRequest(body);
    FlatBufferBuilder out = new FlatBufferBuilder();
    int payload =
        out.createByteVector(
            FakeCommands.bytes(request, request.payloadStart(), request.payloadLength()));
    return FakeCommands.finish(out, PingResponse.createPingResponse(out, payload));
  }

  // ---- Replies

  private static ByteBuffer error(ErrorCode code, String message) {
    return error(new Faults.Refusal(code, message, Outcome.NOT_APPLIED, Duration.ZERO));
  }

  private static ByteBuffer error(Faults.Refusal refusal) {
    FlatBufferBuilder out = new FlatBufferBuilder();
    int message = out.createString(refusal.message());
    Retry retry = refusal.code().defaultRetry();
    return FakeCommands.finish(
        out,
        ErrorResponse.createErrorResponse(
            out,
            refusal.code().number(),
            message,
            refusal.outcome().ordinal(),
            retry.ordinal(),
            refusal.retryAfter().toMillis(),
            0,
            0,
            0,
            0,
            0));
  }

  private static ByteBuffer error(FakeBatch.ConditionFailed failed) {
    FlatBufferBuilder out = new FlatBufferBuilder();
    int message = out.createString(String.valueOf(failed.getMessage()));
    return FakeCommands.finish(
        out,
        ErrorResponse.createErrorResponse(
            out,
            ErrorCode.CONDITION_FAILED.number(),
            message,
            Outcome.NOT_APPLIED.ordinal(),
            Retry.NEVER.ordinal(),
            0,
            0,
            failed.index,
            failed.version,
            0,
            0));
  }

  private void reply(int opcode, ByteBuffer body) {
    ByteBuf frame = channel.alloc().buffer();
    if (server.faults().takeGarbage()) {
      frame.writeBytes(GARBAGE);
    } else {
      encoder.write(frame, opcode, 0, body);
      if (server.faults().takeCorrupt()) {
        int last = frame.writerIndex() - 5;
        frame.setByte(last, frame.getByte(last) ^ 1);
      }
    }
    held.add(frame);
    sendHeld();
  }

  private void sendHeld() {
    while (!held.isEmpty() && (login != null || server.faults().mayReply())) {
      var _ = channel.write(held.poll());
    }
    channel.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    held.forEach(ByteBuf::release);
    held.clear();
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A client that goes away in the middle of TLS is part of the tests.
    var _ = context.close();
  }
}
