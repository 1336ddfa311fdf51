package io.velocitydb.server.session;

import io.netty.channel.EventLoop;
import io.netty.util.internal.PlatformDependent;
import io.velocitydb.engine.Database;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.server.hotkeys.HotKeyRecorder;
import io.velocitydb.server.metrics.CommandMetrics;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one event loop share: commands with their reusable objects, spare batches,
 * and the queue by which the engine's threads hand completed writes back. The engine completes many
 * writes at once; they cost the loop one wake-up, and each connection one flush.
 *
 * <p>Confined to the event loop, but for {@link #completed}.
 */
final class LoopContext {
  private static final Logger LOG = Logger.getLogger(Session.class);

  /** Completions handled before others on the loop get their turn. */
  private static final int TURN = 1_024;

  private static final int SPARE_BATCHES_MAX = 1_024;
  private static final int SPARE_KEYS_MAX = 1_024;
  private static final long SPARE_BATCH_BYTES_MAX = 16 << 10;

  private final EventLoop eventLoop;
  private final CommandTable commands;
  private final CommandMetrics.Recorder metrics;
  private final HotKeyRecorder hotKeys;
  private final boolean keepsKeys;
  private final Exchange exchange = new Exchange();
  private final FrameRequest frameRequest;
  private final Queue<Pending.Write> completed = PlatformDependent.newMpscQueue();
  private final AtomicBoolean drainScheduled = new AtomicBoolean();
  private final ArrayDeque<WriteBatch> spareBatches = new ArrayDeque<>();
  private final ArrayDeque<RequestKeys> spareKeys = new ArrayDeque<>();
  private final ArrayDeque<Session> touched = new ArrayDeque<>();
  private final Runnable drain = this::drain;

  LoopContext(SessionEnvironment environment, EventLoop eventLoop, CommandTable commands) {
    this.eventLoop = eventLoop;
    this.commands = commands;
    frameRequest = new FrameRequest(environment, commands);
    metrics = environment.metrics().newRecorder();
    hotKeys = environment.observation().hotKeys().newRecorder();
    keepsKeys = environment.observation().slowLog().isOn();
  }

  CommandTable commands() {
    return commands;
  }

  CommandMetrics.Recorder metrics() {
    return metrics;
  }

  HotKeyRecorder hotKeys() {
    return hotKeys;
  }

  /**
   * Keeps the keys of a request that is answered later, for the slow log; null when there is none.
   * To be given back by {@link #giveBack(RequestKeys)}.
   */
  @Nullable RequestKeys keep(RequestKeys keys) {
    if (!keepsKeys) {
      return null;
    }
    RequestKeys spare = spareKeys.poll();
    RequestKeys kept = spare == null ? new RequestKeys() : spare;
    kept.keep(keys);
    return kept;
  }

  /** Takes back what nobody needs any more. */
  void giveBack(@Nullable RequestKeys keys) {
    if (keys != null && spareKeys.size() < SPARE_KEYS_MAX) {
      keys.clear();
      spareKeys.push(keys);
    }
  }

  /** The one exchange of this loop: a command is over before the next begins. */
  Exchange exchange() {
    return exchange;
  }

  /** The one request of V-Proto that is executed in place. */
  FrameRequest frameRequest() {
    return frameRequest;
  }

  /** An empty batch, to be given back by {@link #giveBack}. */
  WriteBatch takeBatch(Database database) {
    WriteBatch spare = spareBatches.poll();
    return spare == null ? database.newBatch() : spare;
  }

  /** Takes back a batch that the engine is through with. */
  void giveBack(WriteBatch batch) {
    if (spareBatches.size() < SPARE_BATCHES_MAX && batch.bytes() <= SPARE_BATCH_BYTES_MAX) {
      batch.clear();
      spareBatches.push(batch);
    } else {
      batch.close();
    }
  }

  /** A write is through. Called by any thread. */
  void completed(Pending.Write write) {
    completed.add(write);
    if (drainScheduled.compareAndSet(false, true)) {
      eventLoop.execute(drain);
    }
  }

  /** Takes what the engine completed while this very loop was submitting. */
  void takeCompleted() {
    Pending.Write write;
    for (int i = 0; i < TURN && (write = completed.poll()) != null; i++) {
      write.finish();
      write.session().writeDone(write);
      touch(write.session());
    }
  }

  private void touch(Session session) {
    if (session.touch()) {
      touched.add(session);
    }
  }

  private void drain() {
    drainScheduled.set(false);
    takeCompleted();
    Session session;
    while ((session = touched.poll()) != null) {
      session.answersKnown();
    }
    if (!completed.isEmpty() && drainScheduled.compareAndSet(false, true)) {
      eventLoop.execute(drain);
    }
  }

  /** A failure that is not the client's belongs into the log, with the files it names. */
  void logFailure(EngineException failure) {
    switch (failure.kind()) {
      case CORRUPTION, STORAGE_ERROR, READ_ONLY ->
          LOG.errorf("a request failed: %s: %s", failure.kind(), failure.getMessage());
      default -> LOG.debugf("a request failed: %s: %s", failure.kind(), failure.getMessage());
    }
  }

  /** Gives the spare batches' memory back. */
  void close() {
    WriteBatch batch;
    while ((batch = spareBatches.poll()) != null) {
      batch.close();
    }
  }
}
