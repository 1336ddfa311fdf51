package io.velocitydb.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the load: groups of requests out, their replies in. Lives on its event loop.
 *
 * <p>Each group has the moment from which its latency counts: in a closed run when it is sent,
 * under a given rate when it was due, however late it is sent ("coordinated omission").
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write closes the channel, which ends the run
final class LoadConnection extends ChannelInboundHandlerAdapter {
  /** Requests that may be on their way under a given rate; further groups wait here. */
  private static final int MAX_IN_FLIGHT = 4_096;

  private final Supplier<RequestScript> scripts;
  private final ReplyCounter replies;
  private final int maxGroupsInFlight;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private CompletableFuture<Void> finished = new CompletableFuture<>();

  private @Nullable ChannelHandlerContext context;
  private @Nullable RequestScript script;
  private @Nullable Phase phase;

  /** Groups that were begun or wait, oldest first: when each counts from, and what it lacks. */
  private long[] from = new long[16];

  private int[] missing = new int[16];
  private int head;
  private int groups;
  private int inFlight;
  private boolean ending;

  /**
   * @param script made when the connection stands, and released when it goes
   */
  LoadConnection(Supplier<RequestScript> script, ReplyCounter replies, Workload workload) {
    scripts = script;
    this.replies = replies;
    maxGroupsInFlight = Math.max(1, MAX_IN_FLIGHT / workload.depth());
  }

  CompletableFuture<Void> ready() {
    return ready;
  }

  CompletableFuture<Void> finished() {
    return finished;
  }

  ReplyCounter replies() {
    return replies;
  }

  EventExecutor executor() {
    return channel().executor();
  }

  void close() {
    ChannelHandlerContext open = context;
    if (open != null) {
      open.close();
    }
  }

  private ChannelHandlerContext channel() {
    if (context == null) {
      throw new IllegalStateException("not connected");
    }
    return context;
  }

  /** Takes over from the login. */
  void begin(ChannelHandlerContext context) {
    script = scripts.get();
    this.context = context;
    ready.complete(null);
  }

  /** Readies the connection for a run, before {@link #start}; called while nothing runs. */
  void prepare(Phase next) {
    phase = next;
    ending = false;
    finished = finished.isCompletedExceptionally() ? finished : new CompletableFuture<>();
  }

  /** Begins a closed run. On the event loop. */
  void start() {
    offer(System.nanoTime());
  }

  /** Sends a group, or lets it wait for its turn; its latency counts from {@code moment}. */
  void offer(long moment) {
    if (finished.isCompletedExceptionally()) {
      return;
    }
    if (groups == from.length) {
      grow();
    }
    int tail = (head + groups) & (from.length - 1);
    from[tail] = moment;
    groups++;
    send();
  }

  private void grow() {
    int length = from.length;
    long[] moments = new long[2 * length];
    int[] counts = new int[2 * length];
    for (int i = 0; i < groups; i++) {
      int at = (head + i) & (length - 1);
      moments[i] = from[at];
      counts[i] = missing[at];
    }
    from = moments;
    missing = counts;
    head = 0;
  }

  /** No more groups will be offered: the run is over when nothing is missing. On the event loop. */
  void end() {
    ending = true;
    finishIfDone();
  }

  private void finishIfDone() {
    if (ending && groups == 0) {
      finished.complete(null);
    }
  }

  private void send() {
    ChannelHandlerContext out = channel();
    Phase current = current();
    RequestScript requests = Objects.requireNonNull(script);
    while (inFlight < groups && inFlight < maxGroupsInFlight) {
      ByteBuf group = requests.group(out.alloc(), current.keys);
      if (requests.lastCount() == 0) {
        group.release();
        groups--;
        end();
        return;
      }
      missing[(head + inFlight) & (from.length - 1)] = requests.lastCount();
      inFlight++;
      out.writeAndFlush(group, out.voidPromise());
    }
  }

  private Phase current() {
    if (phase == null) {
      throw new IllegalStateException("no run");
    }
    return phase;
  }

  @Override
  public void channelRead(ChannelHandlerContext source, Object message) throws IOException {
    long now = System.nanoTime();
    ByteBuf in = (ByteBuf) message;
    int arrived;
    try {
      arrived = replies.count(in);
    } finally {
      in.release();
    }
    while (arrived > 0) {
      if (inFlight == 0) {
        throw new IOException("a reply to no request");
      }
      int taken = Math.min(arrived, missing[head]);
      current().count(now - from[head], taken, now);
      arrived -= taken;
      missing[head] -= taken;
      if (missing[head] == 0) {
        head = (head + 1) & (from.length - 1);
        groups--;
        inFlight--;
        groupEnded(now);
      }
    }
  }

  private void groupEnded(long now) {
    Phase current = current();
    if (!current.closed) {
      send();
      finishIfDone();
    } else if (now >= current.deadline) {
      end();
    } else {
      offer(now);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext source) {
    if (script != null) {
      script.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext source) throws Exception {
    fail(new IOException("the server closed the connection"));
    super.channelInactive(source);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext source, Throwable failure) {
    fail(failure);
    source.close();
  }

  /** Ends the waiting for this connection; without effect when it has ended well. */
  void fail(Throwable failure) {
    ready.completeExceptionally(failure);
    finished.completeExceptionally(failure);
  }
}
