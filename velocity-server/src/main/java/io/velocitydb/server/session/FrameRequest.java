package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.compression.CompressedBody;
import io.velocitydb.protocol.compression.Compression;
import io.velocitydb.protocol.message.Verifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request that came as a frame of V-Proto. Reused on the event loop. Not thread-safe. */
final class FrameRequest implements Request {
  private final SessionEnvironment environment;
  private final @Nullable CommandTable ownCommands;
  private final Verifier verifier = new Verifier();
  private @Nullable Opcode opcode;
  private int flags;
  private @Nullable ByteBuffer body;
  private @Nullable ByteBuf buffer;
  private int bodyIndex;
  private long startNanos;

  /**
   * @param ownCommands those of its event loop; null for those of whatever thread executes it
   */
  FrameRequest(SessionEnvironment environment, @Nullable CommandTable ownCommands) {
    this.environment = environment;
    this.ownCommands = ownCommands;
  }

  /**
   * Sets the next request.
   *
   * @param frameBody of the frame
   * @param holder holds that body from {@code index} on
   */
  FrameRequest set(
      Opcode frameOpcode,
      int frameFlags,
      ByteBuffer frameBody,
      ByteBuf holder,
      int index,
      long nanos) {
    opcode = frameOpcode;
    flags = frameFlags;
    body = frameBody;
    buffer = holder;
    bodyIndex = index;
    startNanos = nanos;
    return this;
  }

  @Override
  public void execute(Exchange exchange) {
    Opcode asked = opcode;
    ByteBuffer bytes = body;
    ByteBuf holder = buffer;
    if (asked == null || bytes == null || holder == null) {
      throw new IllegalStateException("no request is set");
    }
    Compression compression = Compression.ofFlags(flags);
    if (compression == Compression.NONE) {
      execute(exchange, asked, bytes, holder, bodyIndex);
      return;
    }
    ByteBuf plain =
        CompressedBody.inflate(
            compression, holder, bodyIndex, bytes.remaining(), environment.limits().maxFrame());
    try {
      execute(exchange, asked, plain.nioBuffer().order(ByteOrder.LITTLE_ENDIAN), plain, 0);
    } finally {
      plain.release();
    }
  }

  private void execute(
      Exchange exchange, Opcode asked, ByteBuffer bytes, ByteBuf holder, int index) {
    verifier.verifyRequest(asked, bytes);
    exchange.frame(flags, bytes, holder, index, call(exchange.session(), bytes));
    CommandTable commands = ownCommands == null ? environment.workerCommands() : ownCommands;
    Command command = commands.get(asked);
    if (command == null) {
      throw new IllegalStateException("the gate let " + asked + " through");
    }
    command.execute(exchange);
  }

  private Call call(Session session, ByteBuffer bytes) {
    long timeoutMs = RequestMeta.timeoutMs(bytes);
    if (timeoutMs == 0) {
      return session.unlimitedCall();
    }
    long deadline = startNanos + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    if (environment.nanoTime() - deadline >= 0) {
      throw RequestException.timeout();
    }
    return new Call(session, true, deadline);
  }
}
