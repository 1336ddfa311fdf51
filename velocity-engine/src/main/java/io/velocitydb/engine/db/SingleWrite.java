package io.velocitydb.engine.db;

import io.velocitydb.engine.EngineException;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.background.Signal;
import io.velocitydb.engine.commit.AwaitedCompletion;
import io.velocitydb.engine.commit.Batch;
import io.velocitydb.engine.commit.BatchRoom;
import io.velocitydb.engine.commit.PlainCompletion;
import io.velocitydb.engine.memory.NativeMemory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch of one operation and the thread that waits for its end; used again and again. */
final class SingleWrite implements PlainCompletion, AwaitedCompletion, AutoCloseable {
  private final Batch batch;
  private final Signal ended = new Signal();
  private long version;
  private @Nullable OperationResult result;
  private @Nullable EngineException failure;

  SingleWrite(NativeMemory memory, BatchRoom room) {
    batch = new Batch(memory, room);
  }

  /** To be filled with the operation. */
  Batch batch() {
    return batch;
  }

  /** Set when the write has ended. */
  Signal ended() {
    return ended;
  }

  @Override
  public boolean isEnded() {
    return ended.isSet();
  }

  @Override
  public void written(long lastVersion) {
    version = lastVersion;
    ended.set();
  }

  @Override
  public void completed(List<OperationResult> results) {
    result = results.getFirst();
    version = results.getFirst().version();
    ended.set();
  }

  @Override
  public void failed(EngineException reason) {
    failure = reason;
    ended.set();
  }

  /** The version that the write gave its key, after its end; throws if it failed. */
  long version() {
    EngineException reason = failure;
    if (reason != null) {
      throw reason;
    }
    return version;
  }

  /** What the write did, after its end; throws if it failed. */
  OperationResult result() {
    long written = version();
    OperationResult present = result;
    return present != null ? present : OperationResult.set(written);
  }

  /** Prepares it for another use. */
  void clear() {
    batch.clear();
    ended.clear();
    version = 0;
    result = null;
    failure = null;
  }

  @Override
  public void close() {
    batch.close();
  }
}
