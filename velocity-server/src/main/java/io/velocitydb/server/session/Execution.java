package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Executes requests of one connection: small ones in place on the event loop, large ones and what
 * would block on other threads, from which the reply comes back to its place in the {@link
 * ReplyQueue}.
 */
final class Execution {
  private static final Logger LOG = Logger.getLogger(Execution.class);

  private final Session session;
  private final SessionEnvironment environment;
  private final LoopContext loop;
  private final ReplyQueue replies;

  Execution(Session session, SessionEnvironment environment, LoopContext loop, ReplyQueue replies) {
    this.session = session;
    this.environment = environment;
    this.loop = loop;
    this.replies = replies;
  }

  // ---- On the event loop ----

  /**
   * Executes a request where it lies.
   *
   * @throws ProtocolException when the connection cannot go on
   */
  void inPlace(Opcode opcode, Request request, long startNanos) {
    Reply target = replies.target();
    int mark = target.bytes();
    target.answers(opcode.number());
    Exchange exchange = loop.exchange();
    try {
      exchange.begin(session, loop, opcode, target);
      request.execute(exchange);
      switch (exchange.outcome()) {
        case REPLIED -> replies.replied(opcode, startNanos, exchange);
        case WRITE -> submit(exchange, opcode, startNanos);
        case LATER -> {
          target.truncate(mark);
          later(exchange, opcode, startNanos);
        }
        case STREAM -> {
          target.truncate(mark);
          Pending.Apart slot = new Pending.Apart(opcode, startNanos);
          slot.keys(loop.keep(exchange.keys()));
          slot.streams(sender(opcode, exchange.stream(), exchange.call()));
          replies.add(slot);
          replies.advance();
        }
        case OPEN -> throw new IllegalStateException(opcode + " was not answered");
      }
    } catch (ProtocolException | RequestException | EngineException e) {
      target.truncate(mark);
      replies.failed(opcode, startNanos, failure(e), exchange);
    } catch (RuntimeException e) {
      LOG.errorf(e, "connection %d: %s failed", session.id(), opcode);
      target.truncate(mark);
      replies.failed(opcode, startNanos, RequestException.internal(), exchange);
    } finally {
      exchange.discardBatch();
    }
  }

  private void submit(Exchange exchange, Opcode opcode, long startNanos) {
    OpenDatabase database = exchange.database();
    Durability durability = exchange.durability();
    Pending.Write write =
        new Pending.Write(
            session, loop, opcode, startNanos, exchange.takeBatch(), exchange.writeReply());
    write.keys(loop.keep(exchange.keys()));
    replies.add(write);
    database.engine().submit(write.batch(), durability, write);
  }

  private void later(Exchange exchange, Opcode opcode, long startNanos) {
    Work work = exchange.work();
    Call call = exchange.call();
    Pending.Apart slot = new Pending.Apart(opcode, startNanos);
    slot.target(exchange.target());
    slot.keys(loop.keep(exchange.keys()));
    begin(
        exchange.pool(),
        slot,
        () ->
            answer(
                slot,
                reply -> {
                  // It may have waited for its thread.
                  call.checkStillWanted();
                  work.run(reply, call);
                }));
  }

  private StreamSender sender(Opcode opcode, FrameStream stream, Call call) {
    return new StreamSender(session, environment, this, replies, opcode, stream, call);
  }

  /** Gives work to a pool; its reply has a place from now on. */
  private void begin(Pool pool, Pending.Apart slot, Runnable work) {
    try {
      environment.pools().execute(pool, work);
    } catch (RejectedExecutionException e) {
      throw new RequestException(
          ErrorCode.SERVER_OVERLOADED, "too many requests of this kind wait already");
    }
    replies.add(slot);
    if (!slot.opcode.isRead()) {
      session.exclusive(slot);
    }
  }

  /**
   * Executes a large request on a thread of its own. It has its connection for itself until it is
   * answered: then its memory is free again.
   *
   * @param buffer holds its bytes; released here
   */
  void apart(Opcode opcode, Request request, ByteBuf buffer, long startNanos) {
    Pending.Apart slot = new Pending.Apart(opcode, startNanos);
    try {
      begin(Pool.LARGE_FRAMES, slot, () -> large(slot, request, buffer));
      session.exclusive(slot);
    } catch (RequestException e) {
      buffer.release();
      session.largeFrame().release();
      replies.failed(opcode, startNanos, e, null);
    }
  }

  // ---- On other threads ----

  /** Writes a reply. */
  @FunctionalInterface
  interface ReplyWork {
    void writeTo(Reply reply);
  }

  private void large(Pending.Apart slot, Request request, ByteBuf buffer) {
    Exchange exchange = new Exchange();
    try {
      answer(
          slot,
          reply -> {
            exchange.begin(session, null, slot.opcode, reply);
            try {
              request.execute(exchange);
            } finally {
              slot.target(exchange.target());
              // The buffer, where they lie, is gone when the reply is there.
              RequestKeys kept = new RequestKeys();
              kept.keep(exchange.keys());
              slot.keys(kept);
            }
            switch (exchange.outcome()) {
              case REPLIED -> {}
              case WRITE -> commit(slot, exchange);
              case LATER -> {
                reply.truncate(0);
                exchange.work().run(reply, exchange.call());
              }
              case STREAM -> {
                StreamSender sender = sender(slot.opcode, exchange.stream(), exchange.call());
                var _ = session.onLoop(() -> session.apartStreams(slot, sender));
              }
              case OPEN -> throw new IllegalStateException(slot.opcode + " was not answered");
            }
          });
    } finally {
      exchange.discardBatch();
      buffer.release();
    }
  }

  /** Submits a batch; the reply is written when it is through. */
  private void commit(Pending.Apart slot, Exchange exchange) {
    Durability durability = exchange.durability();
    WriteReply encoder = exchange.writeReply();
    OpenDatabase database = exchange.database();
    WriteBatch batch = exchange.takeBatch();
    database
        .engine()
        .submit(
            batch,
            durability,
            new WriteCompletion() {
              @Override
              public void completed(List<OperationResult> results) {
                onLoop(reply -> encoder.write(reply, results));
              }

              @Override
              public void failed(EngineException failure) {
                onLoop(
                    _ -> {
                      throw failure;
                    });
              }

              private void onLoop(ReplyWork work) {
                boolean wanted =
                    session.onLoop(
                        () -> {
                          batch.close();
                          answer(slot, work);
                        });
                if (!wanted) {
                  batch.close();
                }
              }
            });
  }

  /** Runs what writes a reply, and hands reply or error to the event loop; no reply: later. */
  private void answer(Pending.Apart slot, ReplyWork work) {
    Written written = write(slot.opcode, work);
    ByteBuf frames = written.frames;
    if (frames == null) {
      return;
    }
    if (!session.onLoop(
        () -> session.apartDone(slot, frames, written.failure, written.violation))) {
      frames.release();
    }
  }

  /**
   * What a thread wrote for the event loop to send.
   *
   * @param frames null for nothing
   * @param failure with which the request ends
   * @param violation whether the connection ends with it
   */
  record Written(@Nullable ByteBuf frames, @Nullable RequestException failure, boolean violation) {}

  /** Runs what writes a reply; what it throws is written in its place. */
  Written write(Opcode opcode, ReplyWork work) {
    Reply reply = session.newReply();
    reply.answers(opcode.number());
    RequestException failure = null;
    boolean violation = false;
    try {
      work.writeTo(reply);
      if (reply.bytes() > session.replyBytesMax()) {
        failure = new RequestException(ErrorCode.TOO_LARGE, "the reply is larger than one may be");
      }
    } catch (ProtocolException e) {
      failure = RequestException.of(e);
      violation = e.closesConnection();
    } catch (RequestException | EngineException e) {
      failure = failure(e);
    } catch (RuntimeException | Error e) {
      LOG.errorf(e, "connection %d: %s failed", session.id(), opcode);
      failure = RequestException.internal();
    }
    if (failure != null) {
      reply.truncate(0);
      reply.error(failure.error());
    }
    return new Written(reply.take(), failure, violation);
  }

  // ---- On any ----

  /** What the client is told; a violation of the protocol is thrown on. */
  private RequestException failure(RuntimeException e) {
    return switch (e) {
      case RequestException request -> request;
      case ProtocolException violation when violation.closesConnection() -> throw violation;
      case ProtocolException refused -> RequestException.of(refused);
      case EngineException engine -> {
        loop.logFailure(engine);
        yield RequestException.of(engine);
      }
      default -> throw e;
    };
  }
}
