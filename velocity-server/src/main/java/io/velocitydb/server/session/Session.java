package io.velocitydb.server.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import io.velocitydb.engine.Durability;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.ProtocolException;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.limit.ConnectionRate;
import io.velocitydb.server.user.Principal;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One connection, as a handler in its Netty pipeline: has its protocol find the requests in what
 * arrives, and decides when each may be executed. What a protocol adds is a subclass: {@link
 * VProtoSession}, or RESP's.
 *
 * <p>Requests are executed in place as they come, until one may not run yet; then execution stands
 * still until it may. The rules that keep the order in which requests were sent:
 *
 * <ul>
 *   <li>a read starts when every earlier write of this connection is visible;
 *   <li>a write starts when every earlier read of this connection is done;
 *   <li>so adjacent writes meet in the commit pipeline, and adjacent reads may run side by side;
 *   <li>everything else that takes long has the connection for itself;
 *   <li>replies leave in the order of their requests: see {@link ReplyQueue}.
 * </ul>
 *
 * <p>Execution also stands still while too much output is unsent or too much is pending, and then
 * nothing more is read: so what a connection holds in memory is bounded. Everything happens on the
 * connection's event loop, but for the methods that say otherwise.
 */
public abstract class Session extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = Logger.getLogger(Session.class);

  /** How a connection came in. */
  public enum Kind {
    /** Through TLS: the certificate binds the handshake. */
    TLS,
    /** In plaintext, which the configuration allowed. */
    PLAIN,
    /** Through the administration socket: there is nobody to authenticate. */
    LOCAL
  }

  /** Unsent output at which execution stops, and below which it goes on. */
  private static final WriteBufferWaterMark UNSENT_OUTPUT =
      new WriteBufferWaterMark(512 << 10, 1 << 20);

  /** Input that is still taken while execution stands still. */
  private static final int INPUT_BYTES_MAX = 64 << 10;

  private final SessionEnvironment environment;
  private final SessionIdentity identity;
  private final Admission admission;
  private final InputBuffer input = new InputBuffer(PooledByteBufAllocator.DEFAULT);
  private final Agreement agreement = new Agreement();
  private final LargeFrame largeFrame;
  private final SessionDeadlines deadlines;
  private final Call unlimitedCall;

  // Set when the session gets its channel.
  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable LoopContext loop;
  private @Nullable ReplyQueue replies;
  private @Nullable Execution execution;

  private @Nullable Closing closing;
  private Pending.@Nullable Apart exclusive;
  private boolean lastRequestTaken;
  private boolean lingering;
  private boolean processing;
  private boolean touched;
  private long heldBackSince;
  private volatile boolean closed;

  @SuppressWarnings("this-escape") // its parts keep it, and ask nothing of it yet
  protected Session(SessionEnvironment environment, Kind kind) {
    this.environment = environment;
    identity = new SessionIdentity(environment, kind);
    admission = new Admission(this, new ConnectionRate(environment.guards().rates()));
    largeFrame = new LargeFrame(this, environment.largeFrames());
    deadlines = new SessionDeadlines(this, environment.deadlines());
    unlimitedCall = new Call(this, false, 0);
  }

  // ---- What a protocol adds ----

  /**
   * Finds the next request and has it executed, or refuses it.
   *
   * @return whether there may be another one
   */
  protected abstract boolean next();

  /** Writes an error to {@link Reply#buffer}. Called by any thread. */
  protected abstract void writeError(Reply reply, ErrorMessage error);

  /** The limits of a known user are in force. */
  protected abstract void limitsOfKnownUser();

  /**
   * What is spoken, and its version; empty until the client's first bytes have told. Called by any
   * thread.
   */
  public abstract String protocol();

  /** Bytes of the longest reply. */
  protected abstract long replyBytesMax();

  // ---- Any thread ----

  /** Unique since the server started. */
  public long id() {
    return identity.id();
  }

  /** Who is connected, from where, since when. */
  public SessionIdentity identity() {
    return identity;
  }

  boolean isLocal() {
    return identity.kind() == Kind.LOCAL;
  }

  boolean isClosed() {
    return closed;
  }

  protected final SessionEnvironment environment() {
    return environment;
  }

  /** What was agreed on with HELLO. */
  public Agreement agreement() {
    return agreement;
  }

  /** For a thread that may take its time. */
  Reply newReply() {
    return new Reply(this::writeError, agreement, replyBytesMax());
  }

  /** For the event loop. */
  Reply newLoopReply() {
    return new Reply(this::writeError, agreement, Agreement.LOOP_COMPRESSED_MAX);
  }

  long nanoTime() {
    return environment.nanoTime();
  }

  /** Runs something on the event loop; false when that has ended already. */
  public final boolean onLoop(Runnable task) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return false;
    }
    try {
      ctx.executor().execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** Answers what was accepted, refuses what comes now, and closes. */
  void drain() {
    onLoop(
        () -> {
          admission.drain();
          process();
          lastRequestTaken = true;
          answersKnown();
        });
  }

  /** Closes at once. */
  public void closeNow() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      var _ = ctx.close();
    }
  }

  // ---- What commands ask and change ----

  /** Who is connected; only to be asked once that is known. */
  public Principal principal() {
    return identity.requirePrincipal();
  }

  /** The database in use, or null. */
  public @Nullable OpenDatabase database() {
    return identity.database();
  }

  /** This session's place in its channel's pipeline. */
  public ChannelHandlerContext context() {
    return attached(context);
  }

  /** Of writes that do not ask for another. */
  public Durability durability() {
    return environment.durability().configured();
  }

  /** From now on this is who is connected, with the limits of a known user. */
  public void authenticated(Principal principal) {
    identity.authenticated(principal);
    agreement.comesIntoForce();
    limitsOfKnownUser();
    deadlines.authenticated();
  }

  /** Somebody failed to prove who it is. */
  public void countFailedLogin() {
    environment.registry().countFailedLogin();
  }

  /** No further request is executed, and once all replies are out the connection is closed. */
  public void closeAfterReplies() {
    lastRequestTaken = true;
  }

  /** The same after a refusal, which the client shall have the time to read. */
  public void closeAfterRefusal() {
    lastRequestTaken = true;
    lingering = true;
  }

  Call unlimitedCall() {
    return unlimitedCall;
  }

  /** Nothing else of this connection is executed until this request is answered. */
  void exclusive(Pending.Apart slot) {
    exclusive = slot;
  }

  // ---- The channel ----

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    LoopContext ownLoop = environment.loop(ctx.channel().eventLoop());
    ReplyQueue ownReplies = new ReplyQueue(this, ctx, ownLoop, environment);
    loop = ownLoop;
    replies = ownReplies;
    execution = new Execution(this, environment, ownLoop, ownReplies);
    ctx.channel().config().setWriteBufferWaterMark(UNSENT_OUTPUT);
    identity.opened(ctx.channel());
    admission.opened(ctx.channel().remoteAddress(), environment.registry());
    deadlines.opened(ctx, identity.isAuthenticated());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ReferenceCountUtil.release(message);
    } else if (closing != null) {
      closing.discard(in);
    } else if (closed) {
      in.release();
    } else {
      input.append(in);
      process();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    input.endRead();
    attached(replies).flush();
    boolean partOfFrame = input.readableBytes() > 0 || largeFrame.isSkipping();
    deadlines.afterRead(partOfFrame && !standsStill());
    closeIfOver();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      answersKnown();
    } else {
      adjustReading();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof DecoderException) {
      LOG.debugf("connection %d ended: %s", id(), cause);
    } else {
      LOG.errorf(cause, "connection %d is closed after an internal error", id());
    }
    var _ = ctx.close();
  }

  private void release() {
    if (closed) {
      return;
    }
    closed = true;
    deadlines.close();
    largeFrame.release();
    input.release();
    attached(replies).release();
    admission.closed();
    environment.registry().close(this);
  }

  // ---- Requests in ----

  /** Executes frames until there is no whole one, or one that may not run yet. */
  void process() {
    if (processing) {
      return;
    }
    processing = true;
    try {
      boolean more = true;
      while (more && !standsStill()) {
        more = largeFrame.skip(input) && next();
      }
    } finally {
      processing = false;
    }
    adjustReading();
  }

  /** Whether nothing may be executed now, whatever it is. */
  private boolean standsStill() {
    return closed
        || lastRequestTaken
        || exclusive != null
        || largeFrame.isWaiting()
        || attached(replies).isFull()
        || !context().channel().isWritable();
  }

  /** Since when nothing is on its way that will be answered without the client's doing. */
  long idleSinceNanos() {
    StreamSender waiting = attached(replies).waitingStream();
    if (waiting != null) {
      return waiting.sentNanos();
    }
    boolean works = exclusive != null || largeFrame.isWaiting() || !attached(replies).isEmpty();
    return works ? nanoTime() : identity.lastRequestNanos();
  }

  /** What has arrived and is not consumed yet, in direct memory; null for nothing. */
  protected final @Nullable ByteBuf received() {
    return input.bytes();
  }

  /** Takes the buffer of {@link #received}; what is not consumed of it is kept. */
  protected final ByteBuf takeReceived() {
    return input.detach();
  }

  /**
   * Whether a request may start now. If not, it is asked for again by {@link #next} when that may
   * have changed.
   */
  protected final boolean mayStart(Order order) {
    if (mayRunNow(order)) {
      return true;
    }
    heldBackSince = heldBackSince == 0 ? environment.nanoTime() : heldBackSince;
    return false;
  }

  /** A whole request starts; since when it has been there. */
  protected final long started() {
    long now = environment.nanoTime();
    long startNanos = heldBackSince == 0 ? now : heldBackSince;
    heldBackSince = 0;
    deadlines.wholeFrame();
    identity.countRequest(now);
    return startNanos;
  }

  /** Which requests are taken at all. */
  protected final Admission admission() {
    return admission;
  }

  /**
   * Executes a request that lies in {@link #received}.
   *
   * @throws ProtocolException when the connection cannot go on
   */
  protected final void execute(Opcode opcode, Request request, long startNanos) {
    attached(execution).inPlace(opcode, request, startNanos);
  }

  /**
   * Executes a large request on another thread.
   *
   * @param buffer holds its bytes; released when it is executed
   */
  protected final void executeApart(
      Opcode opcode, Request request, ByteBuf buffer, long startNanos) {
    attached(execution).apart(opcode, request, buffer, startNanos);
  }

  /**
   * Answers the next request with an error.
   *
   * @param opcode null when it is unknown
   */
  protected final void refuse(@Nullable Opcode opcode, RequestException refusal) {
    attached(replies).failed(opcode, environment.nanoTime(), refusal, null);
  }

  /** The connection cannot go on: the client is told why, and then it is closed. */
  protected final void violation(RequestException refusal) {
    LOG.debugf("connection %d breaks the protocol: %s", id(), refusal.getMessage());
    refuse(null, refusal);
    closeAfterRefusal();
  }

  /** Has the rest of a large request read only once there is memory for so many bytes. */
  protected final void reserveLarge(long bytes) {
    largeFrame.reserve(identity.userName(), bytes);
  }

  /** Gives that memory back: the request is not executed. */
  protected final void releaseLarge() {
    largeFrame.release();
  }

  LoopContext loop() {
    return attached(loop);
  }

  LargeFrame largeFrame() {
    return largeFrame;
  }

  private boolean mayRunNow(Order order) {
    ReplyQueue queue = attached(replies);
    return switch (order) {
      case READ -> {
        if (queue.hasWrites()) {
          attached(loop).takeCompleted();
        }
        yield !queue.hasWrites();
      }
      case WRITE -> !queue.hasReads();
      case ANY -> true;
      case ALONE -> queue.isEmpty();
    };
  }

  // ---- Answers out ----

  /** A large frame that was announced may be read now. */
  void largeFrameGranted(long bytes) {
    deadlines.largeFrame(bytes);
  }

  /** Marks that there is something to send; false when it is marked already. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  /** A write of this session is visible. */
  void writeDone(Pending.Write write) {
    if (write.isQueued()) {
      attached(replies).writeDone();
    }
  }

  /** A request that was worked on elsewhere has its reply. */
  void apartDone(
      Pending.Apart slot, ByteBuf frames, @Nullable RequestException failure, boolean violation) {
    if (exclusive == slot) {
      exclusive = null;
      largeFrame.release();
    }
    attached(replies).apartDone(slot, frames, failure);
    if (violation) {
      closeAfterRefusal();
    }
    answersKnown();
  }

  /** A request that was worked on elsewhere is answered frame by frame. */
  void apartStreams(Pending.Apart slot, StreamSender sender) {
    if (exclusive == slot) {
      exclusive = null;
      largeFrame.release();
    }
    slot.streams(sender);
    answersKnown();
  }

  /** Sends what can be sent, goes on with requests that waited for it, and sends their replies. */
  void answersKnown() {
    touched = false;
    if (closed) {
      return;
    }
    ReplyQueue queue = attached(replies);
    queue.advance();
    process();
    input.endRead();
    queue.flush();
    closeIfOver();
  }

  /** Reading stops while execution stands still and enough waits already. */
  private void adjustReading() {
    ChannelHandlerContext ctx = context();
    if (closed || closing != null) {
      return;
    }
    boolean wanted =
        (!standsStill() && heldBackSince == 0) || input.readableBytes() < INPUT_BYTES_MAX;
    boolean read = wanted && !largeFrame.isWaiting() && ctx.channel().isWritable();
    if (ctx.channel().config().isAutoRead() != read) {
      ctx.channel().config().setAutoRead(read);
    }
  }

  private void closeIfOver() {
    if (!lastRequestTaken || closed || closing != null || !attached(replies).isEmpty()) {
      return;
    }
    input.release();
    if (lingering) {
      closing = new Closing(context(), environment.deadlines().linger());
    } else {
      attached(replies).flush();
      context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Whether no further request is executed. */
  protected final boolean isLastRequestTaken() {
    return lastRequestTaken;
  }

  /** A refused large frame is passed over as it comes. */
  protected final void passOver(long bodyBytes, long frameBytes) {
    largeFrame.skipFrame(frameBytes);
    deadlines.largeFrame(bodyBytes);
  }

  private static <T> T attached(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the session has no channel yet");
    }
    return value;
  }
}
