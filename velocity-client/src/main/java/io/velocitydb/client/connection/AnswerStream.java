package io.velocitydb.client.connection;

import io.netty.channel.EventLoop;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.PartSink;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An answer of many frames over a connection of its own, which are taken one by one.
 *
 * <p>Once {@link #BUFFERED_MAX} bytes wait to be taken, nothing more is read from the connection
 * until half of them are gone; so a slow reader holds that much, and one read of the socket or one
 * frame more, and the server stops sending by itself. If nothing is taken for {@link #UNUSED_MAX}
 * the connection is closed: somebody has forgotten the stream. What waits by then can still be
 * taken.
 *
 * <p>{@link #next} and {@link #close} may be called from any thread; everything else happens on the
 * connection's event loop.
 */
public final class AnswerStream<P> implements AutoCloseable {

  /** Bytes of frames that wait to be taken before reading stops. */
  public static final int BUFFERED_MAX = 1 << 20;

  /** How long a stream stays open that nobody takes anything from. */
  public static final Duration UNUSED_MAX = Duration.ofSeconds(30);

  /** Where its connection comes from and goes to. Called on the event loop. */
  interface Owner {

    /** The server's address, for people. */
    String address();

    /** Takes back a connection whose answer is whole. */
    void keep(Link link, String database);

    /** Closes a connection whose answer nobody wants any more, or that broke. */
    void discard(Link link);
  }

  private record Part<P>(P part, int bytes) {}

  private final Owner owner;
  private final Scheduler scheduler;
  private final EventLoop loop;
  private final String database;
  private final Events events = new Events();

  // The event loop's own.
  private final ArrayDeque<Part<P>> parts = new ArrayDeque<>();
  private long buffered;
  private long takenNanos;
  private long patienceNanos;
  private @Nullable Link link;
  private @Nullable Request<P> request;
  private @Nullable CompletableFuture<Optional<P>> taker;
  private Scheduler.@Nullable Timer late;
  private Scheduler.@Nullable Timer unused;
  private @Nullable VelocityException failure;
  private boolean ended;
  private boolean closed;

  AnswerStream(Owner owner, Scheduler scheduler, EventLoop loop, String database) {
    this.owner = owner;
    this.scheduler = scheduler;
    this.loop = loop;
    this.database = database;
  }

  /** Takes the frames of its answer. */
  PartSink<P> sink() {
    return this::arrived;
  }

  Link.Events events() {
    return events;
  }

  EventLoop loop() {
    return loop;
  }

  String database() {
    return database;
  }

  /** Sends the request over a connection that nobody else uses. */
  void start(Link over, Request<P> asked, long timeoutNanos) {
    link = over;
    request = asked;
    takenNanos = scheduler.nanoTime();
    patienceNanos = timeoutNanos;
    over.handOver(events, over.session());
    watchUse(UNUSED_MAX.toNanos());
    over.write(asked);
    over.flush();
  }

  // ---- For its reader

  /**
   * What the next frame says; empty behind the last one. To be asked again only when that is known.
   * Ends with a {@link VelocityException} when the answer broke off: then what was taken is valid,
   * and no more comes.
   */
  public CompletableFuture<Optional<P>> next() {
    CompletableFuture<Optional<P>> result = new CompletableFuture<>();
    if (!onLoop(() -> give(result))) {
      result.completeExceptionally(
          new ClientClosedException("the client is closed", Outcome.NOT_APPLIED));
    }
    return result;
  }

  /** Ends it wherever it is: the server stops, too. Closing twice does nothing. */
  @Override
  public void close() {
    var _ =
        onLoop(
            () -> {
              closed = true;
              parts.clear();
              buffered = 0;
              if (request != null) {
                request.cancel(true);
              }
              fail(new ClientClosedException("the stream was closed", Outcome.NOT_APPLIED));
            });
  }

  private boolean onLoop(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException clientIsClosed) {
      return false;
    }
  }

  private void give(CompletableFuture<Optional<P>> result) {
    takenNanos = scheduler.nanoTime();
    Part<P> part = parts.poll();
    VelocityException why = failure;
    if (part != null) {
      buffered -= part.bytes;
      Link from = link;
      if (from != null && buffered <= BUFFERED_MAX / 2) {
        from.resume();
      }
      result.complete(Optional.of(part.part));
    } else if (why != null) {
      result.completeExceptionally(why);
    } else if (ended) {
      result.complete(Optional.empty());
    } else {
      taker = result;
      late = scheduler.schedule(loop, this::tooLate, patienceNanos);
    }
  }

  private @Nullable CompletableFuture<Optional<P>> takeTaker() {
    CompletableFuture<Optional<P>> waiting = taker;
    taker = null;
    if (late != null) {
      late.cancel();
      late = null;
    }
    return waiting;
  }

  // ---- From the connection

  private void arrived(P part, int bytes) {
    if (closed) {
      return;
    }
    CompletableFuture<Optional<P>> waiting = takeTaker();
    if (waiting != null) {
      waiting.complete(Optional.of(part));
      return;
    }
    parts.add(new Part<>(part, bytes));
    buffered += bytes;
    Link from = link;
    if (from != null && buffered >= BUFFERED_MAX) {
      from.pause();
    }
  }

  private final class Events implements Link.Events {

    @Override
    public void answered(Request<?> answered) {}

    @Override
    public void settled() {
      if (ended || failure != null) {
        return;
      }
      ended = true;
      Link done = detach();
      if (done != null) {
        done.resume();
        owner.keep(done, database);
      }
      CompletableFuture<Optional<P>> waiting = takeTaker();
      if (waiting != null) {
        waiting.complete(Optional.empty());
      }
    }

    @Override
    public void refused(Request<?> refused, ServerException error) {
      refused.fail(error);
      fail(error);
    }

    @Override
    public void writable() {}

    @Override
    public void lost(Link lost, List<Request<?>> sent, VelocityException reason) {
      sent.forEach(unanswered -> unanswered.fail(reason));
      fail(reason);
    }
  }

  private void tooLate() {
    fail(
        ServerException.of(
            ErrorCode.TIMEOUT,
            owner.address() + " sent no more of its answer in time",
            Outcome.NOT_APPLIED));
  }

  /** Whether it is still wanted: looks again when it may not be any more. */
  private void watchUse(long nanos) {
    unused =
        scheduler.schedule(
            loop,
            () -> {
              long left = takenNanos + UNUSED_MAX.toNanos() - scheduler.nanoTime();
              if (taker != null) {
                watchUse(UNUSED_MAX.toNanos());
              } else if (left > 0) {
                watchUse(left);
              } else {
                fail(
                    new ConnectionLostException(
                        "the stream was closed, since nothing was taken from it for "
                            + UNUSED_MAX.toSeconds()
                            + " s",
                        Outcome.NOT_APPLIED));
              }
            },
            nanos);
  }

  private @Nullable Link detach() {
    if (unused != null) {
      unused.cancel();
      unused = null;
    }
    Link present = link;
    link = null;
    return present;
  }

  /** It breaks off; what has come stays. */
  void fail(VelocityException why) {
    if (ended || failure != null) {
      return;
    }
    failure = why;
    Link broken = detach();
    if (broken != null) {
      owner.discard(broken);
    }
    CompletableFuture<Optional<P>> waiting = takeTaker();
    if (waiting != null) {
      waiting.completeExceptionally(why);
    }
  }
}
