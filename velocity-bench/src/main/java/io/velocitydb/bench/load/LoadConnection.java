package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.frame.Flags;
import io.velocitydb.protocol.frame.FrameDecoder;
import io.velocitydb.protocol.frame.FrameEncoder;
import io.velocitydb.protocol.message.MessageWriter;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load: a group of requests out, their replies in, and again. Lives on its
 * event loop.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write closes the channel, which ends the run
final class LoadConnection extends ByteToMessageDecoder {
  /** Keys are numbers with leading zeros, 16 bytes as in the published comparisons of others. */
  private static final int KEY_BYTES = 16;

  private final Workload workload;
  private final KeySequence keys;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
  private final FrameEncoder frames = new FrameEncoder();
  private final FrameDecoder decoder = FrameDecoder.ofResponses();
  private final MessageWriter messages = new MessageWriter();
  private final byte[] key = new byte[KEY_BYTES];
  private final byte[] value;

  private @Nullable ChannelHandlerContext context;
  private long deadline;
  private long sentAt;
  private int missing;
  private long replies;
  private long errors;

  LoadConnection(Workload workload, KeySequence keys) {
    this.workload = workload;
    this.keys = keys;
    value = new byte[workload.valueBytes()];
    new SplittableRandom(1).nextBytes(value);
  }

  CompletableFuture<Void> ready() {
    return ready;
  }

  CompletableFuture<Void> finished() {
    return finished;
  }

  Histogram latency() {
    return latency;
  }

  long replies() {
    return replies;
  }

  long errors() {
    return errors;
  }

  /** Begins the load, which ends at {@code deadline} on the clock of {@link System#nanoTime()}. */
  void start(long deadline) {
    ChannelHandlerContext mine = channel();
    mine.executor()
        .execute(
            () -> {
              this.deadline = deadline;
              sendGroup(mine);
            });
  }

  void close() {
    if (context != null) {
      channel().close();
    }
  }

  private ChannelHandlerContext channel() {
    if (context == null) {
      throw new IllegalStateException("not connected");
    }
    return context;
  }

  /** Takes over from the login with what the server's largest reply may be. */
  void begin(ChannelHandlerContext context, long maxFrame) {
    decoder.maxLength(maxFrame);
    this.context = context;
    ready.complete(null);
  }

  private void sendGroup(ChannelHandlerContext out) {
    if (System.nanoTime() >= deadline) {
      finished.complete(null);
      return;
    }
    ByteBuf buffer = out.alloc().directBuffer(workload.depth() * (128 + value.length));
    int count = 0;
    for (; count < workload.depth(); count++) {
      int number = keys.next();
      if (number == KeySequence.END) {
        break;
      }
      writeRequest(buffer, number);
    }
    if (count == 0) {
      buffer.release();
      finished.complete(null);
      return;
    }
    missing = count;
    sentAt = System.nanoTime();
    out.writeAndFlush(buffer, out.voidPromise());
  }

  private void writeRequest(ByteBuf buffer, int number) {
    for (int i = KEY_BYTES - 1, rest = number; i >= 0; i--, rest /= 10) {
      key[i] = (byte) ('0' + rest % 10);
    }
    boolean get = workload.command() == Workload.Command.GET;
    int start = frames.begin(buffer, (get ? Opcode.GET : Opcode.SET).number(), Flags.NONE);
    if (get) {
      int table = messages.begin(buffer, GetRequest.TABLE);
      messages.putBytes(table, GetRequest.KEY, key);
    } else {
      int table = messages.begin(buffer, SetRequest.TABLE);
      messages.putBytes(table, SetRequest.KEY, key);
      messages.putBytes(table, SetRequest.VALUE, value);
    }
    frames.end(buffer, start);
  }

  @Override
  protected void decode(ChannelHandlerContext from, ByteBuf in, List<Object> out)
      throws IOException {
    while (true) {
      FrameDecoder.Result result = decoder.decode(in);
      if (result == FrameDecoder.Result.NEED_MORE) {
        return;
      }
      if (result == FrameDecoder.Result.ERROR) {
        throw new IOException("not V-Proto: " + decoder.error().getMessage());
      }
      latency.recordValue(System.nanoTime() - sentAt);
      replies++;
      if (decoder.opcode() == Opcode.ERROR) {
        errors++;
      }
      if (--missing == 0) {
        sendGroup(from);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) throws Exception {
    fail(new IOException("the server closed the connection"));
    super.channelInactive(from);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
    fail(failure);
    from.close();
  }

  /** Ends the waiting for this connection; without effect when it has ended well. */
  void fail(Throwable failure) {
    ready.completeExceptionally(failure);
    finished.completeExceptionally(failure);
  }
}
