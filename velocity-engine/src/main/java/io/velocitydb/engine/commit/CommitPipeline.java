package io.velocitydb.engine.commit;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.EngineException.Kind;
import io.velocitydb.engine.Outcome;
import io.velocitydb.engine.WriteCompletion;
import io.velocitydb.engine.background.Background;
import io.velocitydb.engine.background.Background.Lane;
import io.velocitydb.engine.memory.NativeMemory;
import io.velocitydb.engine.metrics.OperationMeter;
import io.velocitydb.engine.time.Clock;
import io.velocitydb.engine.wal.Wal;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders the writes of one database.
 *
 * <ol>
 *   <li>Submitters put requests into a queue. Who finds nobody applying applies: its own request
 *       and what others add meanwhile, for a bounded turn; then a background thread takes over.
 *   <li>Applying takes requests in order: admit, resolve conditions and increments against what was
 *       applied before (published or not), take log space, take sequences, append to the log's open
 *       group, insert into the memtable. Until here a request can be refused without a trace. What
 *       must be read from a file is read by another thread while the queue waits in its order.
 *   <li>The group goes to the operating system with one write. If any request asks for stable
 *       storage, one sync follows for all that was written before; the next groups are applied
 *       meanwhile. It is done by a log thread, or, if nobody is at one, by a platform thread that
 *       has applied and waits for its own write ({@link AwaitedCompletion}).
 *   <li>Groups are published in order, each when it is as durable as its strictest request asks;
 *       then its requests complete. A group that needs no sync is published by the thread that
 *       applied it, unless one before it waits.
 * </ol>
 *
 * <p>Invariants: sequences are given in queue order; a group becomes visible as a whole, and after
 * all before it; completion implies visible; after a failed write or sync of the log nothing is
 * ever published or retried, and what was not yet published completes with an unknown outcome.
 *
 * <p>Rejected: a thread of its own that applies. It costs two hand-overs between threads per write,
 * several microseconds, where an {@code os} write takes one.
 */
public final class CommitPipeline implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommitPipeline.class);

  /** Bytes after which a group is closed. */
  static final long GROUP_BYTES = 1L << 20;

  /** Requests after which a group is closed. */
  static final int GROUP_REQUESTS = 1024;

  /** Groups after which a turn ends even if there are more. */
  static final int TURN_GROUPS = 4;

  /**
   * Turns after which a submitter hands the work over even if each left the queue empty: with
   * another that always has its next write there in time, it would never get back to its caller.
   */
  static final int SUBMITTER_TURNS = 256;

  private final CommitEnvironment environment;
  private final Background background;
  private final Clock clock;
  private final long maxPendingBytes;
  private final HandOver<CommitRequest> queue = new HandOver<>();
  private final BatchEvaluator evaluator;
  private final OperationMeter meter = new OperationMeter();
  private final OpenGroup writer = new OpenGroup();
  private final Runnable apply = this::apply;
  private final AtomicInteger applying = new AtomicInteger();

  /** Whether the applying thread does a sync that nobody is at; of that thread. */
  private boolean applierLeads;

  private final AtomicLong pendingBytes = new AtomicLong();

  private final HandOver<Group> unpublished = new HandOver<>();
  private final AtomicInteger publishing = new AtomicInteger();

  private final LogSyncs logSyncs;
  private final AtomicLong operations = new AtomicLong();

  private volatile @Nullable EngineException poison;

  /** The last sequence given out; written by the applying thread only. */
  private volatile long lastSequence;

  /**
   * @param lastSequence sequences are given out above it
   * @param maxPendingBytes bytes of batches that may wait; beyond, {@code OVERLOADED} is answered
   */
  public CommitPipeline(
      CommitEnvironment environment,
      Background background,
      Clock clock,
      NativeMemory memory,
      long lastSequence,
      long maxPendingBytes) {
    this.environment = environment;
    this.background = background;
    this.clock = clock;
    this.lastSequence = lastSequence;
    this.maxPendingBytes = maxPendingBytes;
    this.evaluator = new BatchEvaluator(memory);
    this.logSyncs =
        new LogSyncs(
            environment,
            background,
            clock,
            () -> poison == null,
            this::publish,
            failure -> poison("a sync of the log failed", failure));
  }

  /**
   * Takes a batch; see {@link io.velocitydb.engine.Database#submit}. With an {@link
   * AwaitedCompletion} it may sync the log before it returns; not on a virtual thread, which would
   * keep its carrier.
   */
  public void submit(Batch batch, Durability durability, WriteCompletion completion) {
    EngineException broken = poison;
    if (broken != null) {
      meter.failed();
      completion.failed(readOnly(broken));
      return;
    }
    long begun = meter.begin(clock);
    long bytes = batch.memoryBytes();
    long before = pendingBytes.getAndAdd(bytes);
    if (before > 0 && before + bytes > maxPendingBytes) {
      pendingBytes.addAndGet(-bytes);
      meter.failed();
      completion.failed(
          new EngineException(
              Kind.OVERLOADED,
              "more than " + maxPendingBytes + " bytes of writes are waiting; try again later"));
      return;
    }
    AwaitedCompletion awaited =
        completion instanceof AwaitedCompletion it && !Thread.currentThread().isVirtual()
            ? it
            : null;
    try {
      enqueue(batch, durability, completion, null, begun, awaited != null);
    } catch (EngineException e) {
      pendingBytes.addAndGet(-bytes);
      throw e;
    } finally {
      if (awaited != null) {
        logSyncs.lead(awaited);
      }
    }
  }

  /**
   * Runs an action between the requests before and those after it, on the applying thread; tells
   * the completion when everything before is published, with {@link Durability#ALWAYS} also synced.
   */
  public void submitControl(
      NativeMemory memory, Runnable action, Durability durability, WriteCompletion completion) {
    Control once =
        () -> {
          action.run();
          return true;
        };
    submitControl(memory, once, durability, completion);
  }

  private void enqueue(
      Batch batch,
      Durability durability,
      WriteCompletion completion,
      @Nullable Control control,
      long begun,
      boolean mayLead) {
    CommitRequest request = batch.request();
    if (!request.begin(durability, completion, control)) {
      throw new EngineException(
          Kind.INVALID_ARGUMENT, "a batch must not be submitted again before it has ended");
    }
    request.begunAt(begun);
    queue.offer(request);
    resume(mayLead);
  }

  /** As above, with an action that may take its time; who waits for it calls {@link #resume()}. */
  public void submitControl(
      NativeMemory memory, Control control, Durability durability, WriteCompletion completion) {
    enqueue(new Batch(memory), durability, completion, control, 0, false);
  }

  /** Looks at the queue again, after something that {@code admit} waited for. Any thread. */
  public void resume() {
    resume(false);
  }

  private void resume(boolean mayLead) {
    if (applying.getAndIncrement() == 0) {
      applierLeads = mayLead;
      applyAll(SUBMITTER_TURNS);
    }
  }

  private void apply() {
    applierLeads = false;
    applyAll(Long.MAX_VALUE);
  }

  private void applyAll(long turns) {
    int seen = 1;
    long left = turns;
    do {
      // A turn that ended early left its mark in the counter for the thread that takes over.
      if (!turn() && handedOver()) {
        return;
      }
      seen = applying.addAndGet(-seen);
      left--;
      if (seen != 0 && left <= 0 && handedOver()) {
        return;
      }
    } while (seen != 0);
  }

  private boolean handedOver() {
    try {
      background.execute(Lane.LOG, apply);
      return true;
    } catch (RuntimeException | Error e) {
      LOG.debug("closing, or no thread to be had: it is done here", e);
      applying.incrementAndGet();
      return false;
    }
  }

  /** Never throws: who applies must always get to the end, or nobody ever applies again. */
  private boolean turn() {
    if (poison == null) {
      try {
        return applyTurn();
      } catch (RuntimeException | Error e) {
        poison("writes could not be applied", e);
      }
    }
    EngineException broken = poison;
    if (broken != null) {
      refuseAll(broken);
    }
    return true;
  }

  /** Answers all that waits; uses nothing of the environment, which may be what is broken. */
  private void refuseAll(EngineException reason) {
    for (CommitRequest request = queue.peek();
        request != null && !request.isReading();
        request = queue.peek()) {
      queue.remove();
      Control control = request.control();
      if (control == null) {
        finish(request);
        answer(request, readOnly(reason));
        continue;
      }
      try {
        boolean _ = control.run();
      } catch (RuntimeException | Error e) {
        LOG.error("an action on a database that takes no writes any more failed", e);
      }
      // Its completion tells that everything before it has ended.
      Group alone = request.group();
      alone.begin(request);
      alone.end(lastSequence, Long.MAX_VALUE, true);
      unpublished.offer(alone);
      publish();
    }
  }

  /** Applies some groups; whether the queue was left empty or waiting. */
  private boolean applyTurn() {
    environment.beginTurn();
    try {
      for (int i = 0; i < TURN_GROUPS; i++) {
        if (!applyGroup()) {
          return true;
        }
      }
      return queue.peek() == null;
    } finally {
      evaluator.endTurn();
      environment.endTurn();
    }
  }

  /** Applies requests as one group; false if there is nothing more to do now. */
  private boolean applyGroup() {
    OpenGroup group = writer.begin(lastSequence, environment.commitTimeMs());
    CommitRequest request = null;
    boolean goOn = true;
    try {
      while (group.bytes < GROUP_BYTES && group.requests < GROUP_REQUESTS) {
        request = queue.peek();
        boolean control = request != null && request.control() != null;
        if (control && group.requests > 0) {
          // Its action must find the log between groups.
          request = null;
          break;
        }
        if (request == null || !applyRequest(request, group)) {
          request = null;
          goOn = false;
          break;
        }
        if (!group.refused) {
          queue.remove();
          group.add(request);
        }
        request = null;
        if (control) {
          break;
        }
      }
      if (group.begun) {
        environment.wal().endGroup();
      }
      if (group.requests > 0) {
        lastSequence = group.last;
        unpublished.offer(group.ended(environment.wal().written(), group.sync));
      }
    } catch (IOException | RuntimeException | Error e) {
      if (request != null) {
        queue.remove();
        group.add(request);
      }
      if (group.requests > 0) {
        unpublished.offer(group.ended(Long.MAX_VALUE, true));
      }
      poison("a write of the log failed", e);
      return true;
    }
    if (group.requests > 0) {
      if (group.sync && environment.wal().synced() < environment.wal().written()) {
        logSyncs.request(applierLeads);
      }
      publish();
    }
    return goOn;
  }

  /** Applies one request; false if it must wait. */
  private boolean applyRequest(CommitRequest request, OpenGroup group) throws IOException {
    group.refused = false;
    Control control = request.control();
    if (control != null) {
      if (!control.run()) {
        return false;
      }
      group.last = Math.max(group.last, control.lastSequence());
      group.sync |= request.durability() == Durability.ALWAYS;
      return true;
    }
    if (request.isReading()) {
      return false;
    }
    Batch batch = request.batch();
    EngineException broken = poison;
    try {
      if (broken != null) {
        throw readOnly(broken);
      }
      request.throwReadFailure();
      boolean deletesOnly = deletesOnly(batch);
      long estimate = batch.bytes() + Wal.GROUP_OVERHEAD_BYTES;
      if (!environment.admit(estimate, batch.size(), group.last + 1, deletesOnly)) {
        return false;
      }
      switch (evaluator.evaluate(
          request, environment, group.last + 1, group.timeMs, environment.maxValueBytes())) {
        case NEEDS_READ -> {
          request.beginReading();
          environment.readAhead(request, evaluator.missing());
          return false;
        }
        case REFUSED -> request.refused(evaluator.refusal());
        case RESOLVED -> {
          environment.reserve(resolvedBytes(batch), deletesOnly);
          if (evaluator.plain()) {
            request.plain(group.last + batch.size());
          } else {
            request.resolved(evaluator.results());
          }
        }
      }
    } catch (EngineException e) {
      group.refused = true;
      queue.remove();
      finish(request);
      answer(request, e);
      return true;
    }
    write(request, batch, group);
    return true;
  }

  private void write(CommitRequest request, Batch batch, OpenGroup group) throws IOException {
    long first = group.last + 1;
    group.sync |= request.durability() == Durability.ALWAYS;
    group.last += batch.size();
    operations.addAndGet(batch.size());
    for (int i = 0; i < batch.size() && request.isResolved(); i++) {
      byte kind = evaluator.kind(i);
      if (kind == 0) {
        continue;
      }
      Wal wal = environment.wal();
      if (!group.begun) {
        wal.beginGroup(group.timeMs, first, group.sync);
        group.begun = true;
      }
      long key = batch.keyAddress(i);
      int keyLength = batch.keyLength(i);
      long value = evaluator.valueAddress(batch, i);
      int valueLength = evaluator.valueLength(i);
      byte encoding = evaluator.encoding(i);
      long expiresAtMs = evaluator.expiresAtMs(i);
      wal.entry(first + i, kind, encoding, expiresAtMs, key, keyLength, value, valueLength);
      environment.insert(
          first + i, kind, encoding, expiresAtMs, key, keyLength, value, valueLength);
      group.bytes += keyLength + valueLength + Wal.ENTRY_OVERHEAD_BYTES;
    }
  }

  private long resolvedBytes(Batch batch) {
    long bytes = Wal.GROUP_OVERHEAD_BYTES;
    for (int i = 0; i < batch.size(); i++) {
      if (evaluator.kind(i) != 0) {
        bytes += batch.keyLength(i) + evaluator.valueLength(i) + Wal.ENTRY_OVERHEAD_BYTES;
      }
    }
    return bytes;
  }

  private static boolean deletesOnly(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      byte type = batch.type(i);
      if (type != Operation.DELETE && type != Operation.DELETE_RANGE && type != Operation.NOTHING) {
        return false;
      }
    }
    return true;
  }

  /** Asks for a sync of everything written; does not wait. Any thread. */
  public void sync() {
    logSyncs.request(false);
  }

  /** Publishes and completes the groups that are durable enough. Any thread. */
  private void publish() {
    if (publishing.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      Group group = unpublished.peek();
      while (group != null && publishable(group)) {
        unpublished.remove();
        settle(group);
        group = unpublished.peek();
      }
      seen = publishing.addAndGet(-seen);
    } while (seen != 0);
  }

  private boolean publishable(Group group) {
    return poison != null || !group.sync() || environment.wal().synced() >= group.logEnd();
  }

  private void settle(Group group) {
    EngineException broken = poison;
    if (broken == null) {
      try {
        environment.publish(group.lastSequence());
      } catch (RuntimeException | Error e) {
        poison("a write could not be published", e);
        broken = poison;
      }
    }
    CommitRequest request = group.first();
    while (request != null) {
      // Who is answered may use the request again at once, and the group with the first.
      CommitRequest following = request.next();
      finish(request);
      answer(request, broken == null ? null : unknown(broken));
      request = following;
    }
  }

  /** Tells how a request has ended; what its completion throws must not harm others. */
  private void answer(CommitRequest request, @Nullable EngineException failure) {
    // Before: who is answered may use the request again at once.
    meter.end(request.begunNanos(), clock);
    if (failure == null ? request.hasFailed() : failure.kind() != Kind.CONDITION_FAILED) {
      meter.failed();
    }
    try {
      if (failure == null) {
        request.complete();
      } else {
        request.fail(failure);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("a write's completion threw; it must not", e);
    }
  }

  private void finish(CommitRequest request) {
    pendingBytes.addAndGet(-request.batch().memoryBytes());
  }

  /** Ends all writing. Any thread; never throws. */
  private void poison(String what, Throwable cause) {
    String why = cause instanceof IOException ? cause.getMessage() : cause.toString();
    EngineException reason =
        new EngineException(
            Kind.READ_ONLY,
            Outcome.NOT_APPLIED,
            what + " (" + why + "): the database takes no writes until it is reopened",
            cause);
    boolean first;
    synchronized (this) {
      first = poison == null;
      if (first) {
        poison = reason;
      }
    }
    if (first) {
      try {
        environment.poisoned(reason);
      } catch (RuntimeException | Error e) {
        LOG.error("who should be told of a failure failed, too", e);
      }
    }
    publish();
    // What waits to be admitted (for a flush, a segment) waits for work that will not be done now.
    resume();
  }

  /** Ends all writing, because of what happened elsewhere. Any thread. */
  public void fail(String what, Throwable cause) {
    poison(what, cause);
  }

  private static EngineException readOnly(EngineException reason) {
    return new EngineException(
        Kind.READ_ONLY, Outcome.NOT_APPLIED, String.valueOf(reason.getMessage()), reason);
  }

  private static EngineException unknown(EngineException reason) {
    return new EngineException(
        Kind.STORAGE_ERROR,
        Outcome.UNKNOWN,
        "the outcome of the write is unknown: " + reason.getMessage(),
        reason);
  }

  /** Why nothing is written any more; null while all is well. */
  public @Nullable EngineException poison() {
    return poison;
  }

  /** The last sequence given out. */
  public long lastSequence() {
    return lastSequence;
  }

  /** Failures and times of batches. */
  public OperationMeter meter() {
    return meter;
  }

  /** Operations applied. */
  public long operations() {
    return operations.get();
  }

  /** How often the log was synced, and how long that took. */
  public LogSyncs logSyncs() {
    return logSyncs;
  }

  /** Gives memory back. Nothing may be submitted any more, and nothing be under way. */
  @Override
  public void close() {
    evaluator.close();
  }
}
