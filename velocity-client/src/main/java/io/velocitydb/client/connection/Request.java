package io.velocitydb.client.connection;

import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestEvent;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.protocol.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A call on its way: the future that the caller holds, and what its lane must know of it.
 *
 * <p>The future may be completed or cancelled by anyone at any time, which frees the caller; the
 * request keeps its place among those sent until its reply arrives. All other fields belong to the
 * lane's event loop.
 */
final class Request<R> extends CompletableFuture<R> {

  /** What all requests of a lane share: where they are counted and told. */
  record Context(
      Scheduler scheduler, ClientMetrics metrics, RequestListener listener, String server) {}

  private final Context context;
  private final Call<R> call;
  private final String database;
  private final boolean repeatable;
  private final long startNanos;
  private final long deadlineNanos;
  private int attempts;

  Request(Context context, Call<R> call, String database, boolean repeatWrites, long timeoutNanos) {
    this.context = context;
    this.call = call;
    this.database = database;
    this.repeatable = repeatWrites || !call.changes();
    this.startNanos = context.scheduler().nanoTime();
    this.deadlineNanos = startNanos + timeoutNanos;
  }

  Call<R> call() {
    return call;
  }

  /** Whether it may be sent again after an attempt that was not applied. */
  boolean repeatable() {
    return repeatable;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /** How long the caller wanted to wait, in words. */
  String patience() {
    return Durations.format(Duration.ofNanos(deadlineNanos - startNanos));
  }

  int attempts() {
    return attempts;
  }

  void sent() {
    if (attempts++ > 0) {
      context.metrics().repeated();
    }
  }

  int size() {
    return call.body().remaining();
  }

  /** Gives the reply to the caller, unless the request has ended already. */
  void give(R result) {
    if (complete(result)) {
      long latency = context.scheduler().nanoTime() - startNanos;
      context.metrics().answered(call.opcode().name(), latency);
      tell(latency, Optional.empty());
    } else {
      context.metrics().replyDiscarded();
    }
  }

  /** The caller has given up before the reply came. */
  void discard() {
    context.metrics().replyDiscarded();
  }

  /** Ends the request with an error, unless it has ended already. */
  void fail(VelocityException error) {
    if (completeExceptionally(error)) {
      context.metrics().failed(error.errorType());
      tell(context.scheduler().nanoTime() - startNanos, Optional.of(error.errorType()));
    }
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean first = !isDone() && super.cancel(mayInterruptIfRunning);
    if (first) {
      context.metrics().failed("CANCELLED");
      tell(context.scheduler().nanoTime() - startNanos, Optional.of("CANCELLED"));
    }
    return isCancelled();
  }

  /** Futures made from this one are plain: they are no requests. */
  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  private void tell(long nanos, Optional<String> error) {
    if (context.listener().equals(RequestListener.NONE)) {
      return;
    }
    RequestEvent event =
        new RequestEvent(
            call.opcode().name(),
            context.server(),
            database,
            Duration.ofNanos(nanos),
            attempts,
            size(),
            error);
    try {
      context.listener().finished(event);
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}
