package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The replies of a connection in the order of their requests. One that is known while none before
 * it is missing goes straight into the outgoing buffer; the others wait in a queue. Confined to the
 * event loop.
 */
final class ReplyQueue {
  /** Requests that wait for their replies; execution stands still beyond. */
  static final int PENDING_MAX = 1_024;

  /** Bytes held for those; execution stands still beyond. */
  static final long PENDING_BYTES_MAX = 4L << 20;

  /** Output that is handed on before the end of a read. */
  private static final int WRITE_AT_BYTES = 64 << 10;

  private static final int FLUSH_AT_BYTES = 256 << 10;

  private final ChannelHandlerContext context;
  private final LoopContext loop;
  private final Session session;
  private final RequestAudit audit;
  private final RequestLatency latency;
  private final Reply direct;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>(0);
  private @Nullable Reply aside;
  private long pendingBytes;
  private int readsPending;
  private int writesPending;
  private int unflushed;

  ReplyQueue(
      Session session,
      ChannelHandlerContext context,
      LoopContext loop,
      SessionEnvironment environment) {
    this.session = session;
    audit = new RequestAudit(environment.guards().audit(), session.identity());
    latency = new RequestLatency(environment, loop.metrics(), session.identity());
    direct = session.newLoopReply();
    this.context = context;
    this.loop = loop;
  }

  /** Whether every request has its reply. */
  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Whether no more may be executed before some replies are out. */
  boolean isFull() {
    return pending.size() >= PENDING_MAX || pendingBytes >= PENDING_BYTES_MAX;
  }

  /** Reads that are still being done. */
  boolean hasReads() {
    return readsPending > 0;
  }

  /** Writes that are not visible yet. */
  boolean hasWrites() {
    return writesPending > 0;
  }

  /** Where the next reply is to be written, if it is known at once. */
  Reply target() {
    if (pending.isEmpty()) {
      return direct;
    }
    if (aside == null) {
      aside = session.newLoopReply();
    }
    return aside;
  }

  /**
   * The reply that {@link #target} took is whole.
   *
   * @param exchange knows what the request names
   */
  void replied(Opcode opcode, long startNanos, Exchange exchange) {
    audit.answered(opcode, exchange.target());
    latency.answered(opcode, startNanos, exchange.keys());
    keepAside(opcode, startNanos);
    writeOut();
  }

  /**
   * The next request in order ends in an error.
   *
   * @param opcode null when it is unknown
   * @param exchange knows what the request names; null when it was not looked at
   */
  void failed(
      @Nullable Opcode opcode,
      long startNanos,
      RequestException failure,
      @Nullable Exchange exchange) {
    target().error(failure.error());
    if (exchange == null) {
      count(opcode, startNanos, failure, "", null);
    } else {
      count(opcode, startNanos, failure, exchange.target(), exchange.keys());
    }
    keepAside(opcode == null ? Opcode.PING : opcode, startNanos);
    writeOut();
  }

  private void keepAside(Opcode opcode, long startNanos) {
    ByteBuf frames = aside == null ? null : aside.take();
    if (frames != null) {
      add(new Pending.Ready(opcode, startNanos, frames));
    }
  }

  /** A reply that will be known later has its place here. */
  void add(Pending reply) {
    pending.add(reply);
    pendingBytes += reply.bytes();
    if (!reply.isDone()) {
      if (reply instanceof Pending.Write write) {
        write.queued();
        writesPending++;
      } else if (reply.opcode.isRead()) {
        readsPending++;
      }
    }
  }

  /** A queued write is visible now. */
  void writeDone() {
    writesPending--;
  }

  /** A reply that another thread wrote is here. */
  void apartDone(Pending.Apart reply, ByteBuf frames, @Nullable RequestException failure) {
    reply.done(frames);
    pendingBytes += reply.bytes();
    apartEnded(reply, failure);
  }

  private void apartEnded(Pending.Apart reply, @Nullable RequestException failure) {
    if (reply.opcode.isRead()) {
      readsPending--;
    }
    RequestKeys keys = reply.takeKeys();
    StreamSender stream = reply.stream();
    // Of a stream it counts what the server took, whose client may read as slowly as it likes.
    long startNanos = stream == null ? reply.startNanos : session.nanoTime() - stream.workedNanos();
    if (failure != null) {
      count(reply.opcode, startNanos, failure, reply.target(), keys);
    } else {
      audit.answered(reply.opcode, reply.target());
      latency.answered(reply.opcode, startNanos, keys);
    }
    loop.giveBack(keys);
  }

  /** Sends on the replies that are known and whose turn it is. */
  void advance() {
    Pending head;
    while ((head = pending.peek()) != null && (head.isDone() || isStreamed(head))) {
      pending.poll();
      pendingBytes -= head.bytes();
      write(head);
      writeOut();
    }
  }

  /** Has a stream whose turn it is send what it can; whether that was its last frame. */
  private boolean isStreamed(Pending head) {
    if (!(head instanceof Pending.Apart apart)) {
      return false;
    }
    StreamSender stream = apart.stream();
    if (stream == null || !stream.advance()) {
      return false;
    }
    apartEnded(apart, stream.failure());
    return true;
  }

  /** The stream whose turn it is, if it waits for its client; or null. */
  @Nullable StreamSender waitingStream() {
    StreamSender stream = pending.peek() instanceof Pending.Apart head ? head.stream() : null;
    return stream != null && stream.isWaiting() ? stream : null;
  }

  /** Sends a frame of the reply whose turn it is, behind all replies before. */
  void send(ByteBuf frame) {
    ByteBuf before = direct.take();
    if (before != null) {
      unflushed += before.readableBytes();
      var _ = context.write(before, context.voidPromise());
    }
    unflushed += frame.readableBytes();
    var _ = context.write(frame, context.voidPromise());
  }

  private void write(Pending head) {
    direct.answers(head.opcode.number());
    int mark = direct.bytes();
    RequestKeys keys = head.takeKeys();
    try {
      head.writeTo(direct);
      if (head instanceof Pending.Write) {
        latency.answered(head.opcode, head.startNanos, keys);
      }
    } catch (RequestException failure) {
      direct.truncate(mark);
      direct.error(failure.error());
      count(head.opcode, head.startNanos, failure, "", keys);
    }
    loop.giveBack(keys);
  }

  private void count(
      @Nullable Opcode opcode,
      long startNanos,
      RequestException failure,
      String administered,
      @Nullable RequestKeys keys) {
    if (opcode != null) {
      audit.failed(opcode, administered, failure);
      latency.answered(opcode, startNanos, keys);
      latency.failed(opcode, failure.error().number() == ErrorCode.TIMEOUT.number());
    }
  }

  private void writeOut() {
    if (direct.bytes() < WRITE_AT_BYTES) {
      return;
    }
    ByteBuf out = direct.take();
    if (out != null) {
      unflushed += out.readableBytes();
      var _ = context.write(out, context.voidPromise());
    }
    if (unflushed >= FLUSH_AT_BYTES) {
      unflushed = 0;
      context.flush();
    }
  }

  /** Sends everything that was written. */
  void flush() {
    ByteBuf out = direct.take();
    if (out != null) {
      unflushed = 0;
      var _ = context.writeAndFlush(out, context.voidPromise());
    } else if (unflushed > 0) {
      unflushed = 0;
      context.flush();
    }
  }

  /** Lets go of everything. */
  void release() {
    direct.discard();
    if (aside != null) {
      aside.discard();
    }
    pending.forEach(Pending::discard);
    pending.clear();
  }
}
