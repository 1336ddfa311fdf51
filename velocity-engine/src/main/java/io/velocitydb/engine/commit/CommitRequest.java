package io.velocitydb.engine.commit;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteCompletion;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way through the pipeline. Each batch has one, which is used again with it: a write
 * allocates nothing.
 */
public final class CommitRequest extends HandOver.Link<CommitRequest> {
  private final Batch batch;
  private final Group group = new Group();
  private final AtomicBoolean underWay = new AtomicBoolean();
  private Durability durability = Durability.OS;
  private @Nullable WriteCompletion completion;
  private @Nullable Control control;

  // Of the applying thread, then of the one that completes.
  private List<OperationResult> results = List.of();
  private @Nullable EngineException failure;
  private boolean resolved;

  /** When it was submitted, by the clock's nanoseconds; 0 if it is not timed. */
  private long begunNanos;

  /** Of a batch of plain sets: its last sequence, from which the results follow. Otherwise 0. */
  private long plainSequence;

  // Of the applying thread; while reading is set, of the thread that reads ahead.
  private volatile boolean reading;
  private @Nullable ReadAhead readAhead;
  private @Nullable EngineException readFailure;

  CommitRequest(Batch batch) {
    this.batch = batch;
  }

  /** Begins anew; false if the batch is on its way already. */
  boolean begin(
      Durability newDurability, WriteCompletion newCompletion, @Nullable Control newControl) {
    if (!underWay.compareAndSet(false, true)) {
      return false;
    }
    durability = newDurability;
    completion = newCompletion;
    control = newControl;
    results = List.of();
    failure = null;
    resolved = false;
    plainSequence = 0;
    readAhead = null;
    readFailure = null;
    return true;
  }

  /** When it was submitted, if it is timed. */
  void begunAt(long nanos) {
    begunNanos = nanos;
  }

  long begunNanos() {
    return begunNanos;
  }

  /** Whether it was refused for another reason than a condition that does not hold. */
  boolean hasFailed() {
    EngineException why = failure;
    return why != null && why.kind() != EngineException.Kind.CONDITION_FAILED;
  }

  /** The group of which it is the first. */
  Group group() {
    return group;
  }

  /** What is to be written. */
  public Batch batch() {
    return batch;
  }

  /** What was read from files for its operations; null before. */
  public @Nullable ReadAhead readAhead() {
    return readAhead;
  }

  /** Keeps what was read from files; then the pipeline is to be resumed. */
  public void readAhead(ReadAhead value) {
    // A refusal may have cut the evaluation short, so that it asks for more the next time.
    readAhead = value.with(readAhead);
    reading = false;
  }

  /** The files could not be read: the request will be refused. */
  public void readFailed(EngineException why) {
    readFailure = why;
    reading = false;
  }

  void beginReading() {
    reading = true;
  }

  boolean isReading() {
    return reading;
  }

  void throwReadFailure() {
    EngineException why = readFailure;
    if (why != null) {
      throw why;
    }
  }

  Durability durability() {
    return durability;
  }

  @Nullable Control control() {
    return control;
  }

  void resolved(List<OperationResult> value) {
    results = value;
    resolved = true;
  }

  /** All its operations are sets that took effect; this is the version of the last. */
  void plain(long lastSequence) {
    plainSequence = lastSequence;
    resolved = true;
  }

  boolean isResolved() {
    return resolved;
  }

  void refused(EngineException why) {
    failure = why;
  }

  /** Tells the submitter how it ended. From then on the request belongs to the submitter. */
  void complete() {
    EngineException why = failure;
    if (why != null) {
      fail(why);
      return;
    }
    if (plainSequence == 0) {
      List<OperationResult> told = results;
      end().completed(told);
      return;
    }
    long lastVersion = plainSequence;
    int size = batch.size();
    WriteCompletion told = end();
    if (told instanceof PlainCompletion plain) {
      plain.written(lastVersion);
    } else {
      told.completed(plainResults(lastVersion, size));
    }
  }

  private static List<OperationResult> plainResults(long lastVersion, int size) {
    if (size == 1) {
      return List.of(OperationResult.set(lastVersion));
    }
    List<OperationResult> all = new ArrayList<>(size);
    for (int i = 1; i <= size; i++) {
      all.add(OperationResult.set(lastVersion - size + i));
    }
    return List.copyOf(all);
  }

  void fail(EngineException why) {
    end().failed(why);
  }

  private WriteCompletion end() {
    WriteCompletion told = completion;
    if (told == null) {
      throw new IllegalStateException("the request was not begun");
    }
    completion = null;
    control = null;
    results = List.of();
    underWay.set(false);
    return told;
  }
}
