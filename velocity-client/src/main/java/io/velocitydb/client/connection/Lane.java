package io.velocitydb.client.connection;

import io.netty.channel.EventLoop;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.ConnectionFailedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.QueueFullException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.Retry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One place in a client's pool: a bounded queue of requests in the order given, and the connection
 * that carries them, made when first needed and made again when lost.
 *
 * <p>{@link #send} may be called from any thread; everything else happens on one event loop. What
 * is guaranteed:
 *
 * <ul>
 *   <li>Requests are sent in the order given, and so take effect in it. Requests that gather while
 *       the event loop is busy go out with one flush.
 *   <li>Every request ends by its deadline. One that was sent keeps its place and its reply is
 *       discarded.
 *   <li>When the connection is lost, what was never sent stays in the queue; reads that were sent
 *       go back to its head; writes that were sent end with an unknown outcome.
 *   <li>A lane that never reached its server fails its requests at once; one that lost it keeps
 *       trying until their deadlines.
 *   <li>A write that the server did not apply is only sent again when its caller waits for it,
 *       since it could otherwise overtake what was sent after it.
 * </ul>
 */
public final class Lane {

  /** Where the lane stands with its connection. */
  private enum State {
    /** None, and none wanted. */
    IDLE,
    /** None; the next attempt waits for its time. */
    PAUSED,
    CONNECTING,
    READY,
    CLOSED
  }

  /** A refused request that waits to be sent again. */
  private record Repeat(Request<?> request, VelocityException refusal) {}

  private final Connector connector;
  private final LaneSettings settings;
  private final EventLoop loop;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final Request.Context context;
  private final Admission admission;

  private final Queue<Request<?>> submitted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean pumping = new AtomicBoolean();
  private volatile boolean closing;
  private volatile String database;

  // The event loop's own.
  private final ArrayDeque<Request<?>> waiting = new ArrayDeque<>();
  private final List<CompletableFuture<Session>> connectWaiters = new ArrayList<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Deadlines deadlines;
  private State state = State.IDLE;
  private @Nullable Link link;
  private boolean everConnected;
  private long nextAttemptNanos;
  private final Set<Repeat> repeats = new LinkedHashSet<>();
  private String lastFailure = "";

  /** A lane without a connection yet. */
  public Lane(
      Connector connector,
      LaneSettings settings,
      EventLoop loop,
      Scheduler scheduler,
      RandomGenerator random,
      ClientMetrics metrics,
      RequestListener listener,
      String database) {
    this.connector = connector;
    this.settings = settings;
    this.loop = loop;
    this.scheduler = scheduler;
    this.random = random;
    this.backoff = new Backoff(random);
    this.context = new Request.Context(scheduler, metrics, listener, connector.address());
    this.admission = new Admission(settings.requestsMax(), settings.bytesMax());
    this.database = database;
    this.nextAttemptNanos = scheduler.nanoTime();
    this.deadlines = new Deadlines(scheduler, loop, this::expire);
  }

  /** The database of requests made from now on, for the connections made from now on. */
  public void database(String name) {
    database = name;
  }

  /** Whether the current thread is the lane's own, which must not wait for a reply. */
  public boolean onEventLoop() {
    return loop.inEventLoop();
  }

  /** How many requests wait for their replies. */
  public int pending() {
    return admission.requests();
  }

  /**
   * Puts a call into the queue.
   *
   * @param repeatWrites whether a write that was not applied may be sent again although later ones
   *     were sent meanwhile
   * @return the reply, or a {@link VelocityException}; completed on the event loop
   */
  public <R> CompletableFuture<R> send(Call<R> call, boolean repeatWrites) {
    long timeoutNanos =
        call.timeoutMillis() == 0
            ? settings.requestTimeout().toNanos()
            : Duration.ofMillis(call.timeoutMillis()).toNanos();
    Request<R> request = new Request<>(context, call, database, repeatWrites, timeoutNanos);
    if (closing) {
      request.fail(closedError(Outcome.NOT_APPLIED));
    } else if (!admission.enter(request.size())) {
      context.metrics().refused();
      request.fail(
          new QueueFullException(
              "more than "
                  + admission.limits()
                  + " wait for replies of "
                  + connector.address()
                  + "; wait for some before sending more"));
    } else {
      submitted.add(request);
      wake();
    }
    return request;
  }

  /**
   * Makes the connection if there is none; completed once it is authenticated, or with the reason
   * why it could not be made.
   */
  public CompletableFuture<Session> connect() {
    CompletableFuture<Session> result = new CompletableFuture<>();
    loop.execute(
        () -> {
          if (closing) {
            result.completeExceptionally(closedError(Outcome.NOT_APPLIED));
          } else if (link != null) {
            result.complete(link.session());
          } else {
            connectWaiters.add(result);
            beginConnecting();
          }
        });
    return result;
  }

  /**
   * Takes no more requests, waits for the replies of those sent until their deadlines, and closes
   * the connection. Requests that were not sent and have no connection fail at once.
   */
  public CompletableFuture<Void> close() {
    closing = true;
    loop.execute(
        () -> {
          pump();
          repeats.forEach(repeat -> end(repeat.request, repeat.refusal));
          repeats.clear();
          if (state != State.READY) {
            failWaiting(() -> closedError(Outcome.NOT_APPLIED));
          }
          closeWhenDrained();
        });
    return closed;
  }

  private void wake() {
    if (pumping.compareAndSet(false, true)) {
      loop.execute(this::pump);
    }
  }

  private void pump() {
    pumping.set(false);
    for (Request<?> request = submitted.poll(); request != null; request = submitted.poll()) {
      if (state == State.CLOSED) {
        admission.leave(request.size());
        request.fail(closedError(Outcome.NOT_APPLIED));
      } else {
        waiting.add(request);
        deadlines.watch(request.deadlineNanos());
      }
    }
    if (state == State.READY) {
      sendWaiting();
    } else if (!waiting.isEmpty()) {
      beginConnecting();
    }
  }

  private void sendWaiting() {
    Link current = link;
    if (current == null) {
      return;
    }
    boolean any = false;
    while (!waiting.isEmpty() && current.isWritable()) {
      Request<?> request = waiting.poll();
      if (request.isDone()) {
        admission.leave(request.size());
      } else if (request.size() > current.session().limits().maxFrame()) {
        end(request, tooLarge(request, current));
      } else {
        current.write(request);
        any = true;
      }
    }
    if (any) {
      current.flush();
    }
  }

  // ---- Connecting

  private void beginConnecting() {
    if (state != State.IDLE) {
      return;
    }
    long pause = nextAttemptNanos - scheduler.nanoTime();
    if (pause > 0) {
      state = State.PAUSED;
      scheduler.schedule(loop, this::attempt, pause);
    } else {
      attempt();
    }
  }

  private void attempt() {
    if (state == State.CLOSED || (state != State.IDLE && state != State.PAUSED)) {
      return;
    }
    state = State.CONNECTING;
    var _ =
        connector
            .connect(loop, database, new Events())
            .whenComplete((made, error) -> loop.execute(() -> attempted(made, error)));
  }

  private void attempted(@Nullable Link made, @Nullable Throwable error) {
    if (made == null) {
      failed(Failures.of(error, connector.address()));
      return;
    }
    if (state == State.CLOSED || !made.isOpen()) {
      var _ = made.close();
      if (state != State.CLOSED) {
        failed(
            new ConnectionFailedException(
                connector.address() + " closed the connection after the handshake"));
      }
      return;
    }
    link = made;
    state = State.READY;
    everConnected = true;
    context.metrics().connectionOpened();
    connectWaiters.forEach(waiter -> waiter.complete(made.session()));
    connectWaiters.clear();
    sendWaiting();
  }

  private void failed(VelocityException reason) {
    if (state == State.CLOSED) {
      return;
    }
    state = State.IDLE;
    lastFailure = reason.getMessage();
    nextAttemptNanos = scheduler.nanoTime() + backoff.nextNanos();
    connectWaiters.forEach(waiter -> waiter.completeExceptionally(reason));
    connectWaiters.clear();
    boolean giveUp = !everConnected || closing || reason.retry() == Retry.NEVER;
    if (giveUp) {
      failWaiting(() -> reason);
    } else if (!waiting.isEmpty()) {
      beginConnecting();
    }
    closeWhenDrained();
  }

  // ---- What the connection tells

  private final class Events implements Link.Events {

    @Override
    public void answered(Request<?> request) {
      backoff.reset();
      admission.leave(request.size());
    }

    @Override
    public void settled() {
      closeWhenDrained();
    }

    @Override
    public void refused(Request<?> request, ServerException error) {
      backoff.reset();
      if (repeatLater(request, error)) {
        return;
      }
      end(request, error);
      closeWhenDrained();
    }

    @Override
    public void writable() {
      sendWaiting();
    }

    @Override
    public void lost(Link lost, List<Request<?>> sent, VelocityException reason) {
      if (lost != link) {
        return;
      }
      link = null;
      state = State.IDLE;
      lastFailure = reason.getMessage();
      context.metrics().connectionLost();
      nextAttemptNanos = scheduler.nanoTime() + backoff.nextNanos();
      for (int i = sent.size() - 1; i >= 0; i--) {
        afterLoss(sent.get(i), reason);
      }
      if (closing) {
        failWaiting(() -> closedError(Outcome.NOT_APPLIED));
      } else if (!waiting.isEmpty()) {
        beginConnecting();
      }
      closeWhenDrained();
    }
  }

  private void afterLoss(Request<?> request, VelocityException reason) {
    boolean changes = request.call().changes();
    boolean understood = !(reason instanceof ServerException);
    if (!request.isDone() && !changes && understood && settings.automaticRepeat() && !closing) {
      waiting.addFirst(request);
      return;
    }
    Outcome outcome = changes ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
    end(
        request,
        understood
            ? new ConnectionLostException(reason.getMessage(), outcome)
            : ServerException.of(ErrorCode.PROTOCOL_ERROR, reason.getMessage(), outcome));
  }

  /**
   * Sends a request again that the server did not apply, if that is allowed and its deadline leaves
   * time.
   */
  private boolean repeatLater(Request<?> request, ServerException error) {
    boolean again =
        settings.automaticRepeat()
            && !closing
            && !request.isDone()
            && request.repeatable()
            && (error.retry() == Retry.NOW || error.retry() == Retry.AFTER)
            && (!error.maybeApplied() || !request.call().changes());
    if (!again) {
      return false;
    }
    long pause =
        Math.max(error.retryAfter().toNanos(), Backoff.pauseNanos(random, request.attempts() - 1));
    if (scheduler.nanoTime() + pause >= request.deadlineNanos()) {
      return false;
    }
    Repeat repeat = new Repeat(request, error);
    repeats.add(repeat);
    scheduler.schedule(loop, () -> repeatNow(repeat), pause);
    return true;
  }

  private void repeatNow(Repeat repeat) {
    if (repeats.remove(repeat)) {
      waiting.add(repeat.request);
      deadlines.watch(repeat.request.deadlineNanos());
      pump();
    }
  }

  // ---- Endings

  private void end(Request<?> request, VelocityException error) {
    admission.leave(request.size());
    request.fail(error);
  }

  private void failWaiting(Supplier<VelocityException> error) {
    for (Request<?> request = waiting.poll(); request != null; request = waiting.poll()) {
      end(request, error.get());
    }
  }

  /**
   * Ends every request whose deadline has passed and returns the next moment to look, or
   * Long.MAX_VALUE.
   */
  private void expire(long now) {
    waiting.removeIf(
        request -> {
          boolean over = request.isDone() || request.deadlineNanos() - now <= 0;
          if (over) {
            end(request, neverSent(request));
          } else {
            deadlines.watch(request.deadlineNanos());
          }
          return over;
        });
    Link current = link;
    if (current != null) {
      long silence = settings.requestTimeout().toNanos();
      for (Request<?> request : current.sent()) {
        if (!request.isDone()) {
          if (request.deadlineNanos() - now <= 0) {
            request.fail(tooLate(request));
          } else {
            deadlines.watch(request.deadlineNanos());
          }
        }
      }
      current.closeIfSilent(now, silence).ifPresent(deadlines::watch);
    }
    closeWhenDrained();
  }

  private void closeWhenDrained() {
    if (!closing
        || state == State.CLOSED
        || !repeats.isEmpty()
        || !waiting.isEmpty()
        || !submitted.isEmpty()) {
      return;
    }
    Link current = link;
    if (current != null && current.hasUnanswered()) {
      return;
    }
    state = State.CLOSED;
    link = null;
    deadlines.cancel();
    connectWaiters.forEach(
        waiter -> waiter.completeExceptionally(closedError(Outcome.NOT_APPLIED)));
    connectWaiters.clear();
    if (current == null) {
      closed.complete(null);
    } else {
      var _ = current.close().whenComplete((done, error) -> closed.complete(null));
    }
  }

  private VelocityException neverSent(Request<?> request) {
    if (link == null) {
      return new ConnectionFailedException(
          "no connection to "
              + connector.address()
              + " within "
              + request.patience()
              + (lastFailure.isEmpty() ? "" : ": " + lastFailure));
    }
    return ServerException.of(
        ErrorCode.TIMEOUT,
        request.call().opcode()
            + " could not be sent to "
            + connector.address()
            + " within "
            + request.patience(),
        Outcome.NOT_APPLIED);
  }

  private VelocityException tooLate(Request<?> request) {
    return ServerException.of(
        ErrorCode.TIMEOUT,
        connector.address()
            + " did not answer "
            + request.call().opcode()
            + " within "
            + request.patience(),
        request.call().changes() ? Outcome.UNKNOWN : Outcome.NOT_APPLIED);
  }

  private static VelocityException tooLarge(Request<?> request, Link link) {
    return ServerException.of(
        ErrorCode.TOO_LARGE,
        request.call().opcode()
            + " has a message of "
            + request.size()
            + " bytes; the server takes "
            + link.session().limits().maxFrame(),
        Outcome.NOT_APPLIED);
  }

  private VelocityException closedError(Outcome outcome) {
    return new ClientClosedException(
        "the client of " + connector.address() + " is closed", outcome);
  }
}
