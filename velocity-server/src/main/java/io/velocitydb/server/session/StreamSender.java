package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a {@link FrameStream}, from its turn among the replies on: has a thread that may block
 * write a frame, sends it, and asks for the next one only while the client takes what is sent. So a
 * stream holds no thread while it waits, a connection holds one frame beside its unsent output, and
 * other connections get their turn after each frame.
 *
 * <p>What it reads from is held for {@link Limits#MAX_STREAM_SECONDS}, and not as long when that is
 * wanted back; then the stream ends where it is. Confined to the event loop, but for the writing of
 * frames.
 */
final class StreamSender {
  /** How often one that waits for its client looks whether it must end. */
  private static final long LOOK_MS = 1_000;

  private static final long HELD_NANOS_MAX = TimeUnit.SECONDS.toNanos(Limits.MAX_STREAM_SECONDS);

  private final Session session;
  private final SessionEnvironment environment;
  private final Execution execution;
  private final ReplyQueue replies;
  private final Opcode opcode;
  private final FrameStream stream;
  private final Call call;

  private @Nullable ByteBuf frame;
  private @Nullable RequestException failure;
  private boolean advancing;
  private boolean begun;
  private boolean writing;
  private boolean last;
  private boolean looking;
  private boolean discarded;
  private long begunNanos;
  private long sentNanos;
  private long askedNanos;
  private long workedNanos;

  StreamSender(
      Session session,
      SessionEnvironment environment,
      Execution execution,
      ReplyQueue replies,
      Opcode opcode,
      FrameStream stream,
      Call call) {
    this.session = session;
    this.environment = environment;
    this.execution = execution;
    this.replies = replies;
    this.opcode = opcode;
    this.stream = stream;
    this.call = call;
    sentNanos = environment.nanoTime();
  }

  /** Whether it can go on only when the client takes what was sent. */
  boolean isWaiting() {
    return !writing;
  }

  /** When it last sent a frame, or when it was asked for. */
  long sentNanos() {
    return sentNanos;
  }

  /** How long its frames took; not, how long its client took for them. */
  long workedNanos() {
    return workedNanos;
  }

  /** The error that ended it, once all is sent; null when it is whole. */
  @Nullable RequestException failure() {
    return failure;
  }

  /** It is its turn: sends what the client takes, and has more written. Whether all is sent. */
  boolean advance() {
    if (advancing) {
      // Sending may itself tell that there is room again.
      return false;
    }
    advancing = true;
    try {
      while (!writing) {
        if (!channel().isWritable()) {
          lookLater();
          return false;
        }
        ByteBuf next = frame;
        frame = null;
        if (next != null) {
          replies.send(next);
          sentNanos = environment.nanoTime();
        }
        if (last) {
          return true;
        }
        if (channel().isWritable()) {
          goOn();
        }
      }
      return false;
    } finally {
      advancing = false;
    }
  }

  /** Has the next frame written, or the last one if it must end. */
  private void goOn() {
    if (mustEnd()) {
      endHere();
      return;
    }
    if (!begun) {
      begun = true;
      begunNanos = environment.nanoTime();
    }
    writing = true;
    askedNanos = environment.nanoTime();
    try {
      environment.pools().execute(Pool.READS, this::writeNext);
    } catch (RejectedExecutionException e) {
      writing = false;
      close();
      failure =
          new RequestException(
              ErrorCode.SERVER_OVERLOADED, "too many requests of this kind wait already");
      Reply reply = session.newReply();
      reply.error(failure.error());
      frame = reply.take();
    }
  }

  /** On a thread that may block. */
  private void writeNext() {
    boolean[] more = {false};
    Execution.Written written =
        execution.write(
            opcode,
            reply -> {
              call.checkStillWanted();
              more[0] = stream.next(reply, call);
            });
    boolean follows = more[0] && written.failure() == null;
    if (!session.onLoop(() -> wrote(written, follows))) {
      stream.close();
      release(written.frames());
    }
  }

  private void wrote(Execution.Written written, boolean follows) {
    writing = false;
    workedNanos += environment.nanoTime() - askedNanos;
    if (discarded) {
      stream.close();
      release(written.frames());
      return;
    }
    frame = written.frames();
    failure = written.failure();
    if (!follows) {
      close();
    }
    session.answersKnown();
  }

  /** Only a frame that says where to go on can be the last, so there is one before. */
  private boolean mustEnd() {
    return begun && (environment.nanoTime() - begunNanos >= HELD_NANOS_MAX || stream.isOver());
  }

  /** What was written stays; the last frame comes behind it. */
  private void endHere() {
    Execution.Written written = execution.write(opcode, stream::end);
    close();
    failure = written.failure();
    ByteBuf end = written.frames();
    if (frame == null) {
      frame = end;
    } else if (end != null) {
      frame.writeBytes(end);
      end.release();
    }
  }

  private void close() {
    last = true;
    stream.close();
  }

  private void lookLater() {
    if (!looking && !last) {
      looking = true;
      var _ = session.context().executor().schedule(this::look, LOOK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    looking = false;
    if (discarded || last || writing) {
      return;
    }
    if (mustEnd()) {
      endHere();
    } else {
      lookLater();
    }
  }

  /** Nobody wants it any more. */
  void discard() {
    discarded = true;
    release(frame);
    frame = null;
    if (!writing) {
      stream.close();
    }
  }

  private Channel channel() {
    return session.context().channel();
  }

  private static void release(@Nullable ByteBuf written) {
    if (written != null) {
      written.release();
    }
  }
}
