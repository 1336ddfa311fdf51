package io.velocitydb.client.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.compression.CompressedBody;
import io.velocitydb.protocol.compression.Compression;
import io.velocitydb.protocol.fbs.ErrorResponse;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.frame.FrameHeader;
import io.velocitydb.protocol.message.Verifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One connection: writes requests as frames and matches the replies, which come in the order sent.
 *
 * <p>Confined to its event loop. Every byte that arrives is checked before use; anything that is
 * not the expected reply closes the connection.
 */
final class Link extends ChannelInboundHandlerAdapter {

  /** What the owner of a link is told, on the event loop. */
  interface Events {

    /** The reply to a request has arrived and is about to be given to its caller. */
    void answered(Request<?> request);

    /** The reply was given to its caller. */
    void settled();

    /** The reply to a request is an error, which its caller does not know yet. */
    void refused(Request<?> request, ServerException error);

    /** There is room again for requests. */
    void writable();

    /** The connection is gone; {@code sent} are the requests without a reply, in the order sent. */
    void lost(Link link, List<Request<?>> sent, VelocityException reason);
  }

  private static final Cumulator CUMULATOR = ByteToMessageDecoder.MERGE_CUMULATOR;
  private static final int WRITE_CHUNK = 64 * 1024;

  private final Channel channel;
  private final Scheduler scheduler;
  private final String address;
  private final FrameEncoder encoder = new FrameEncoder();
  private final FrameDecoder decoder = FrameDecoder.ofResponses();
  private final Verifier verifier = new Verifier();
  private final ArrayDeque<Request<?>> sent = new ArrayDeque<>();
  private Events events;
  private Session session;
  private @Nullable ByteBuf received;
  private @Nullable ByteBuf unwritten;
  private long heardNanos;
  private boolean reading;
  private boolean closing;
  private boolean lost;
  private @Nullable VelocityException lostBecause;

  Link(
      Channel channel,
      Scheduler scheduler,
      String address,
      Events events,
      Session beforeHandshake) {
    this.channel = channel;
    this.scheduler = scheduler;
    this.address = address;
    this.events = events;
    this.session = beforeHandshake;
    decoder.maxLength(beforeHandshake.limits().maxFrame());
    this.heardNanos = scheduler.nanoTime();
  }

  // ---- For the owner

  /** From now on {@code owner} is told, and frames may be as large as the session allows. */
  void handOver(Events owner, Session agreed) {
    events = owner;
    session = agreed;
    decoder.maxLength(agreed.limits().maxFrame());
    decoder.negotiated(agreed.features());
  }

  Session session() {
    return session;
  }

  EventLoop loop() {
    return channel.eventLoop();
  }

  boolean isOpen() {
    return !lost && channel.isActive();
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  boolean hasUnanswered() {
    return !sent.isEmpty();
  }

  /** The requests whose replies have not come, in the order sent. */
  Iterable<Request<?>> sent() {
    return sent;
  }

  /** Reads no more from the network, after what it has read already. */
  void pause() {
    channel.config().setAutoRead(false);
  }

  /** Reads on. */
  void resume() {
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
  }

  /** Adds the request's frame to those that the next flush sends. */
  void write(Request<?> request) {
    if (sent.isEmpty()) {
      heardNanos = scheduler.nanoTime();
    }
    Call<?> call = request.call();
    request.sent();
    sent.add(request);
    ByteBuf out = unwritten;
    if (out == null) {
      out = channel.alloc().buffer(Math.max(1024, FrameHeader.OVERHEAD + request.size()));
      unwritten = out;
    }
    call.begin(session.features());
    encoder.write(
        out, call.opcode().number(), call.flags(), Compression.of(session.features()), call.body());
    if (out.readableBytes() >= WRITE_CHUNK) {
      unwritten = null;
      var _ = channel.write(out, channel.voidPromise());
    }
  }

  void flush() {
    ByteBuf out = unwritten;
    unwritten = null;
    if (out == null) {
      channel.flush();
    } else {
      var _ = channel.writeAndFlush(out, channel.voidPromise());
    }
  }

  /**
   * Sends one request of the handshake. The connection may have gone between two of its steps, when
   * nothing was sent that could have ended with it.
   */
  <R> CompletableFuture<R> call(Request<R> request) {
    VelocityException why = lostBecause;
    if (why != null) {
      events.lost(this, List.of(request), why);
    } else {
      write(request);
      flush();
    }
    return request;
  }

  /**
   * Closes the connection if its oldest request has been overdue for {@code silence} and nothing at
   * all was heard for as long: the other side is gone without a word.
   *
   * @return when to look again; empty if nothing is overdue
   */
  OptionalLong closeIfSilent(long now, long silence) {
    Request<?> oldest = sent.peek();
    if (oldest == null) {
      return OptionalLong.empty();
    }
    long limit = Math.max(heardNanos, oldest.deadlineNanos()) + silence;
    if (limit - now > 0) {
      return OptionalLong.of(limit);
    }
    fail(new ConnectionLostException(address + " has been silent for too long", Outcome.UNKNOWN));
    return OptionalLong.empty();
  }

  /** Closes the connection; what was sent and not answered ends with it. */
  CompletableFuture<Void> close() {
    closing = true;
    CompletableFuture<Void> done = new CompletableFuture<>();
    channel.close().addListener(future -> done.complete(null));
    return done;
  }

  // ---- From the network

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    if (lost) {
      data.release();
      return;
    }
    heardNanos = scheduler.nanoTime();
    ByteBuf all = received == null ? data : CUMULATOR.cumulate(context.alloc(), received, data);
    received = all;
    reading = true;
    try {
      readFrames(all);
    } catch (RuntimeException malformed) {
      fail(protocolError(malformed));
    } finally {
      reading = false;
    }
    if (lost || !all.isReadable()) {
      received = null;
      all.release();
    }
  }

  private void readFrames(ByteBuf all) {
    while (!lost && all.isReadable()) {
      switch (decoder.decode(all)) {
        case NEED_MORE -> {
          return;
        }
        case ERROR -> throw decoder.error();
        case FRAME -> onFrame(all);
      }
    }
  }

  private void onFrame(ByteBuf all) {
    int flags = decoder.flags();
    boolean more = (flags & Flags.MORE) != 0;
    Compression compression = Compression.ofFlags(flags);
    if (compression == Compression.NONE) {
      onFrame(decoder.opcode(), decoder.body(all), more);
      return;
    }
    ByteBuf plain =
        CompressedBody.inflate(
            compression,
            all,
            decoder.bodyIndex(),
            (int) decoder.bodyLength(),
            session.limits().maxFrame());
    try {
      onFrame(decoder.opcode(), plain.nioBuffer().order(ByteOrder.LITTLE_ENDIAN), more);
    } finally {
      plain.release();
    }
  }

  private void onFrame(int opcode, ByteBuffer body, boolean more) {
    Request<?> request = sent.peek();
    if (request == null) {
      throw new IllegalArgumentException("a reply that no request asked for");
    }
    if (opcode == Opcode.ERROR) {
      if (more) {
        throw new IllegalArgumentException("an error that more frames follow");
      }
      verifier.verifyResponse(ErrorResponse.TABLE, body);
      ServerException error = ErrorReply.decode(body);
      sent.poll();
      events.refused(request, error);
    } else if (opcode == request.call().opcode().responseNumber()) {
      verifier.verifyResponse(request.call().opcode().responseTable(), body);
      if (more) {
        part(request, body);
      } else {
        deliver(request, body);
      }
    } else {
      throw new IllegalArgumentException("a reply to another command than the one asked");
    }
  }

  /** One frame of several; the request keeps its place until the last. */
  private static void part(Request<?> request, ByteBuffer body) {
    if (!request.call().mayStream()) {
      throw new IllegalArgumentException("several frames where one was asked for");
    }
    if (!request.isDone()) {
      request.call().decoder().part(body);
    }
  }

  private <R> void deliver(Request<R> request, ByteBuffer body) {
    if (request.isDone()) {
      sent.poll();
      events.answered(request);
      request.discard();
    } else {
      // Decoded first: a reply that cannot be read leaves the request among those without one.
      R result;
      try {
        result = request.call().decoder().decode(body);
      } catch (ServerException incomplete) {
        sent.poll();
        events.refused(request, incomplete);
        return;
      }
      sent.poll();
      events.answered(request);
      request.give(result);
    }
    events.settled();
  }

  private VelocityException protocolError(RuntimeException malformed) {
    return ServerException.of(
        ErrorCode.PROTOCOL_ERROR,
        address + " sent what is not V-Proto: " + malformed.getMessage(),
        Outcome.UNKNOWN);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable() && !lost) {
      events.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(new ConnectionLostException(address + " closed the connection", Outcome.UNKNOWN));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(
        new ConnectionLostException(
            "the connection to " + address + " broke: " + cause.getMessage(), Outcome.UNKNOWN));
  }

  private void fail(VelocityException why) {
    if (lost) {
      return;
    }
    lost = true;
    if (received != null && !reading) {
      received.release();
      received = null;
    }
    if (unwritten != null) {
      unwritten.release();
      unwritten = null;
    }
    var _ = channel.close();
    List<Request<?>> unanswered = new ArrayList<>(sent);
    sent.clear();
    VelocityException reason =
        closing
            ? new ClientClosedException("the client of " + address + " is closed", Outcome.UNKNOWN)
            : why;
    lostBecause = reason;
    events.lost(this, unanswered, reason);
  }
}
