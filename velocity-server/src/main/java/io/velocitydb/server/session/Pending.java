package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.protocol.Opcode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place of a reply that cannot be sent yet, because it is not known or because an earlier one
 * is not. Confined to the event loop, but for what each kind says.
 */
abstract sealed class Pending {
  final long startNanos;
  final Opcode opcode;
  private @Nullable RequestKeys keys;

  Pending(Opcode opcode, long startNanos) {
    this.opcode = opcode;
    this.startNanos = startNanos;
  }

  /** Remembers what its request names. */
  void keys(@Nullable RequestKeys kept) {
    keys = kept;
  }

  /** What its request names, or null; asked once: it is the caller's from now on. */
  @Nullable RequestKeys takeKeys() {
    RequestKeys taken = keys;
    keys = null;
    return taken;
  }

  /** Whether the reply is known. */
  abstract boolean isDone();

  /** Bytes held for it. */
  abstract long bytes();

  /** Writes the reply, which is known, and lets go of all that is held. */
  abstract void writeTo(Reply reply);

  /** Lets go of all that is held: nobody wants the reply any more. */
  abstract void discard();

  /** A reply that only waits for its turn. */
  static final class Ready extends Pending {
    private final ByteBuf frames;

    Ready(Opcode opcode, long startNanos, ByteBuf frames) {
      super(opcode, startNanos);
      this.frames = frames;
    }

    @Override
    boolean isDone() {
      return true;
    }

    @Override
    long bytes() {
      return frames.readableBytes();
    }

    @Override
    void writeTo(Reply reply) {
      reply.append(frames);
    }

    @Override
    void discard() {
      frames.release();
    }
  }

  /** A reply that another thread writes. */
  static final class Apart extends Pending {
    private @Nullable ByteBuf frames;
    private @Nullable StreamSender stream;
    private boolean discarded;

    /** The user or database that it administers, or empty. Set before its reply is known. */
    private String target = "";

    Apart(Opcode opcode, long startNanos) {
      super(opcode, startNanos);
    }

    void target(String name) {
      target = name;
    }

    String target() {
      return target;
    }

    /** Called on the event loop once the reply is known. */
    void done(ByteBuf written) {
      if (discarded) {
        written.release();
      } else {
        frames = written;
      }
    }

    /** It is answered frame by frame, from its turn on. */
    void streams(StreamSender sender) {
      stream = sender;
      if (discarded) {
        sender.discard();
      }
    }

    /** What sends it frame by frame; null when it has but one. */
    @Nullable StreamSender stream() {
      return stream;
    }

    @Override
    boolean isDone() {
      return frames != null;
    }

    @Override
    long bytes() {
      return frames == null ? 0 : frames.readableBytes();
    }

    @Override
    void writeTo(Reply reply) {
      if (frames != null) {
        reply.append(frames);
        frames = null;
      }
    }

    @Override
    void discard() {
      discarded = true;
      if (frames != null) {
        frames.release();
        frames = null;
      }
      if (stream != null) {
        stream.discard();
      }
    }
  }

  /** The reply to a write that is on its way through the engine, which completes it. */
  static final class Write extends Pending implements WriteCompletion {
    private final Session session;
    private final LoopContext loop;
    private final WriteBatch batch;
    private final WriteReply encoder;
    private final long batchBytes;
    private boolean queued;
    private boolean done;
    private @Nullable List<OperationResult> results;
    private @Nullable EngineException failure;

    Write(
        Session session,
        LoopContext loop,
        Opcode opcode,
        long startNanos,
        WriteBatch batch,
        WriteReply encoder) {
      super(opcode, startNanos);
      this.session = session;
      this.loop = loop;
      this.batch = batch;
      this.encoder = encoder;
      this.batchBytes = batch.bytes();
    }

    WriteBatch batch() {
      return batch;
    }

    Session session() {
      return session;
    }

    /** It has its place among the replies. */
    void queued() {
      queued = true;
    }

    boolean isQueued() {
      return queued;
    }

    @Override
    public void completed(List<OperationResult> applied) {
      results = applied;
      loop.completed(this);
    }

    @Override
    public void failed(EngineException cause) {
      failure = cause;
      loop.completed(this);
    }

    /** Called on the event loop after the engine is through with it. */
    void finish() {
      done = true;
      loop.giveBack(batch);
    }

    @Override
    boolean isDone() {
      return done;
    }

    @Override
    long bytes() {
      return batchBytes;
    }

    @Override
    void writeTo(Reply reply) {
      if (failure != null) {
        loop.logFailure(failure);
        throw RequestException.of(failure);
      }
      encoder.write(reply, results == null ? List.of() : results);
    }

    @Override
    void discard() {
      // The engine still has the batch; finish() takes it back.
    }
  }
}
