package io.velocitydb.engine.commit;

import io.velocitydb.engine.Durability;
import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteCompletion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch on its way through the pipeline. */
public final class CommitRequest {
  private final Batch batch;
  private final Durability durability;
  private final WriteCompletion completion;
  private final @Nullable Runnable control;

  /** The next in the queue; written by the one who enqueues. */
  volatile @Nullable CommitRequest next;

  // Of the applying thread, then of the one that completes.
  private List<OperationResult> results = List.of();
  private @Nullable EngineException failure;

  private boolean resolved;

  // Of the applying thread; while reading is set, of the thread that reads ahead.
  private volatile boolean reading;
  private @Nullable ReadAhead readAhead;
  private @Nullable EngineException readFailure;

  CommitRequest(Batch batch, Durability durability, WriteCompletion completion) {
    this.batch = batch;
    this.durability = durability;
    this.completion = completion;
    this.control = null;
  }

  CommitRequest(Batch empty, Runnable control, WriteCompletion completion) {
    this.batch = empty;
    this.durability = Durability.OS;
    this.completion = completion;
    this.control = control;
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

  @Nullable Runnable control() {
    return control;
  }

  void resolved(List<OperationResult> value) {
    results = value;
    resolved = true;
  }

  boolean isResolved() {
    return resolved;
  }

  void refused(EngineException why) {
    failure = why;
  }

  /** Tells the submitter how it ended. */
  void complete() {
    EngineException why = failure;
    if (why != null) {
      completion.failed(why);
    } else {
      completion.completed(results);
    }
  }

  void fail(EngineException why) {
    completion.failed(why);
  }
}
