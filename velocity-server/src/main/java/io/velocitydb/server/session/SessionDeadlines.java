package io.velocitydb.server.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import io.velocitydb.server.session.SessionEnvironment.Deadlines;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that takes too long: to log in, to finish a frame that it began, or to send
 * anything at all. One timer per connection, set to the nearest deadline and moved only when a
 * nearer one comes up: so a busy connection sets it once in ten seconds. Confined to the event
 * loop.
 */
final class SessionDeadlines {
  private static final Logger LOG = Logger.getLogger(SessionDeadlines.class);

  /** A large frame may take a second more for each so many bytes. */
  private static final long LARGE_FRAME_BYTES_PER_SECOND = 256 << 10;

  private static final long NEVER = Long.MAX_VALUE;

  private final Session session;
  private final Deadlines limits;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ScheduledFuture<?> timer;
  private long timerAt = NEVER;
  private long loginBy = NEVER;
  private long frameBy = NEVER;
  private boolean closed;

  SessionDeadlines(Session session, Deadlines limits) {
    this.session = session;
    this.limits = limits;
  }

  void opened(ChannelHandlerContext ctx, boolean authenticated) {
    context = ctx;
    if (!authenticated) {
      loginBy = session.nanoTime() + limits.authentication().toNanos();
    }
    arm();
  }

  void authenticated() {
    loginBy = NEVER;
  }

  /** The last byte of a frame was there. */
  void wholeFrame() {
    frameBy = NEVER;
  }

  /** After each read: whether it left a part of a frame whose rest is waited for. */
  void afterRead(boolean partOfFrame) {
    if (!partOfFrame) {
      frameBy = NEVER;
    } else if (frameBy == NEVER) {
      frameBy = session.nanoTime() + limits.frame().toNanos();
      arm();
    }
  }

  /** A large frame is read on, or passed over, from now. */
  void largeFrame(long bytes) {
    frameBy =
        session.nanoTime()
            + limits.frame().toNanos()
            + TimeUnit.SECONDS.toNanos(bytes / LARGE_FRAME_BYTES_PER_SECOND);
    arm();
  }

  void close() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private long idleBy() {
    return session.idleSinceNanos() + limits.idle().toNanos();
  }

  private void arm() {
    ChannelHandlerContext ctx = context;
    if (ctx == null || closed) {
      return;
    }
    long at = earlier(earlier(loginBy, frameBy), idleBy());
    if (timer != null && (timerAt == at || earlier(timerAt, at) == timerAt)) {
      return;
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timerAt = at;
    long delay = Math.max(1, at - session.nanoTime());
    timer = ctx.executor().schedule(this::fire, delay, TimeUnit.NANOSECONDS);
  }

  private void fire() {
    timer = null;
    timerAt = NEVER;
    if (closed) {
      return;
    }
    long now = session.nanoTime();
    Duration missed = missed(now);
    if (missed != null) {
      LOG.debugf(
          "connection %d from %s is closed: a deadline of %s passed",
          session.id(), session.identity().address(), missed);
      session.closeNow();
      return;
    }
    arm();
  }

  private @Nullable Duration missed(long now) {
    if (isOver(loginBy, now)) {
      return limits.authentication();
    }
    if (isOver(frameBy, now)) {
      return limits.frame();
    }
    return isOver(idleBy(), now) ? limits.idle() : null;
  }

  private static boolean isOver(long deadline, long now) {
    return deadline != NEVER && now - deadline >= 0;
  }

  /** The nearer of two moments of a clock that may wrap around. */
  private static long earlier(long a, long b) {
    if (a == NEVER || b == NEVER) {
      return a == NEVER ? b : a;
    }
    return a - b <= 0 ? a : b;
  }
}
