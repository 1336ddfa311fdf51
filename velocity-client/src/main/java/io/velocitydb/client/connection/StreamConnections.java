package io.velocitydb.client.connection;

import io.netty.channel.EventLoopGroup;
import io.velocitydb.client.error.ClientClosedException;
import io.velocitydb.client.error.ConnectionLostException;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.error.VelocityException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.PartSink;
import io.velocitydb.client.telemetry.ClientMetrics;
import io.velocitydb.client.telemetry.RequestListener;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Features;
import io.velocitydb.protocol.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a client for answers of many frames, one for each while it lasts: an answer
 * that its reader takes slowly would hold up all requests behind it. Those whose answer is whole
 * are kept for the next one, {@link #IDLE_MAX} of them. Thread safe.
 */
public final class StreamConnections {

  /** How many unused connections are kept. */
  static final int IDLE_MAX = 2;

  private record Kept(Link link, String database) {}

  private final Connector connector;
  private final LaneSettings settings;
  private final EventLoopGroup loops;
  private final Scheduler scheduler;
  private final Request.Context context;

  // Guarded by this.
  private final Set<Link> used = new HashSet<>();
  private final List<Kept> idle = new ArrayList<>();
  private final Map<Integer, CompletableFuture<?>> opening = new HashMap<>();
  private int started;
  private boolean closed;

  private volatile boolean unsupported;

  /** No connection yet. */
  public StreamConnections(
      Connector connector,
      LaneSettings settings,
      EventLoopGroup loops,
      Scheduler scheduler,
      ClientMetrics metrics,
      RequestListener listener) {
    this.connector = connector;
    this.settings = settings;
    this.loops = loops;
    this.scheduler = scheduler;
    this.context = new Request.Context(scheduler, metrics, listener, connector.address());
  }

  private String address() {
    return connector.address();
  }

  /** Whether it is known that the server has no streams. */
  public boolean isUnsupported() {
    return unsupported;
  }

  /**
   * Asks for a streamed answer.
   *
   * @param call makes the request whose frames the sink takes; its timeout is for each frame
   * @return the stream once its request is sent; or a {@link VelocityException}: UNSUPPORTED if the
   *     server has no streams
   */
  public <P> CompletableFuture<AnswerStream<P>> open(
      String database, Function<PartSink<P>, Call<P>> call) {
    Link kept = takeIdle(database);
    AnswerStream<P> stream =
        new AnswerStream<>(
            new Owner(), scheduler, kept == null ? loops.next() : kept.loop(), database);
    Call<P> request = call.apply(stream.sink());
    if (kept == null) {
      return connect(stream, request);
    }
    CompletableFuture<AnswerStream<P>> result = new CompletableFuture<>();
    if (begin(result)) {
      // It may be gone by now, and then there is another way.
      kept.loop().execute(() -> start(stream, kept, request, result));
    }
    return result.exceptionallyCompose(_ -> connect(stream, request));
  }

  private <P> CompletableFuture<AnswerStream<P>> connect(AnswerStream<P> stream, Call<P> call) {
    CompletableFuture<AnswerStream<P>> result = new CompletableFuture<>();
    if (!begin(result)) {
      return result;
    }
    var _ =
        connector
            .connect(stream.loop(), stream.database(), stream.events())
            .whenCompleteAsync(
                (link, error) -> {
                  if (link == null) {
                    result.completeExceptionally(Failures.of(error, connector.address()));
                  } else {
                    context.metrics().connectionOpened();
                    start(stream, link, call, result);
                  }
                },
                stream.loop());
    return result;
  }

  private <P> void start(
      AnswerStream<P> stream, Link link, Call<P> call, CompletableFuture<AnswerStream<P>> result) {
    if ((link.session().features() & Features.STREAMS) == 0) {
      unsupported = true;
      discard(link);
      result.completeExceptionally(
          ServerException.of(
              ErrorCode.UNSUPPORTED, address() + " has no streams", Outcome.NOT_APPLIED));
      return;
    }
    if (!link.isOpen() || !use(link)) {
      discard(link);
      result.completeExceptionally(
          new ConnectionLostException(
              address() + " closed the connection before the request", Outcome.NOT_APPLIED));
      return;
    }
    long timeoutNanos =
        call.timeoutMillis() == 0
            ? settings.requestTimeout().toNanos()
            : Duration.ofMillis(call.timeoutMillis()).toNanos();
    stream.start(
        link, new Request<>(context, call, stream.database(), false, timeoutNanos), timeoutNanos);
    result.complete(stream);
  }

  private synchronized boolean use(Link link) {
    return !closed && used.add(link);
  }

  /** Whether there may be another stream; if so, closing ends what waits for it. */
  private boolean begin(CompletableFuture<?> result) {
    int number;
    boolean begun;
    synchronized (this) {
      number = started++;
      begun = !closed;
      if (begun) {
        opening.put(number, result);
      }
    }
    if (begun) {
      var _ = result.whenComplete((_, _) -> opened(number));
    } else {
      result.completeExceptionally(closedError());
    }
    return begun;
  }

  private synchronized void opened(int number) {
    opening.remove(number);
  }

  private ClientClosedException closedError() {
    return new ClientClosedException(
        "the client of " + address() + " is closed", Outcome.NOT_APPLIED);
  }

  // ---- Between two streams

  private synchronized @Nullable Link takeIdle(String database) {
    for (Iterator<Kept> each = idle.iterator(); each.hasNext(); ) {
      Kept kept = each.next();
      if (kept.database.equals(database)) {
        each.remove();
        return kept.link;
      }
    }
    return null;
  }

  private void keep(Link link, String database) {
    boolean kept;
    synchronized (this) {
      used.remove(link);
      kept = !closed && link.isOpen() && idle.size() < IDLE_MAX;
      if (kept) {
        idle.add(new Kept(link, database));
      }
    }
    if (kept) {
      link.handOver(new Idle(), link.session());
    } else {
      var _ = link.close();
    }
  }

  private void discard(Link link) {
    forget(link);
    var _ = link.close();
  }

  private synchronized void forget(Link link) {
    used.remove(link);
    idle.removeIf(kept -> kept.link.equals(link));
  }

  private final class Owner implements AnswerStream.Owner {

    @Override
    public String address() {
      return connector.address();
    }

    @Override
    public void keep(Link link, String database) {
      StreamConnections.this.keep(link, database);
    }

    @Override
    public void discard(Link link) {
      StreamConnections.this.discard(link);
    }
  }

  /** What is told of a connection that waits for its next use. */
  private final class Idle implements Link.Events {

    @Override
    public void answered(Request<?> request) {}

    @Override
    public void settled() {}

    @Override
    public void refused(Request<?> request, ServerException error) {}

    @Override
    public void writable() {}

    @Override
    public void lost(Link lost, List<Request<?>> sent, VelocityException reason) {
      forget(lost);
    }
  }

  /** Breaks off what there is, closes all connections, and makes no more. */
  public CompletableFuture<Void> close() {
    List<Link> all;
    List<CompletableFuture<?>> waiting;
    synchronized (this) {
      closed = true;
      waiting = new ArrayList<>(opening.values());
      all = new ArrayList<>(used);
      idle.forEach(kept -> all.add(kept.link));
      used.clear();
      idle.clear();
    }
    waiting.forEach(result -> result.completeExceptionally(closedError()));
    return CompletableFuture.allOf(
        all.stream().map(Link::close).toArray(CompletableFuture<?>[]::new));
  }
}
