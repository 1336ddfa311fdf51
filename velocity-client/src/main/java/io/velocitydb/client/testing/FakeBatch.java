package io.velocitydb.client.testing;

import static io.velocitydb.client.testing.FakeCommands.bytes;
import static io.velocitydb.client.testing.FakeCommands.optional;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.testing.FakeStore.ExpiryWish;
import io.velocitydb.client.testing.FakeStore.Stored;
import io.velocitydb.protocol.fbs.BatchKind;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.BatchResponse;
import java.nio.ByteBuffer;

/** BATCH: all or nothing, by working on a copy of the store. */
final class FakeBatch {

  /** A condition that did not hold. */
  static final class ConditionFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int index;
    final long version;

    ConditionFailed(int index, long version) {
      super("the condition of operation " + index + " does not hold", null, false, false);
      this.index = index;
      this.version = version;
    }
  }

  /** The store afterwards, and the answer. */
  record Applied(FakeStore store, ByteBuffer answer) {}

  private FakeBatch() {}

  static Applied apply(FakeStore before, ByteBuffer body) {
    BatchRequest request = BatchRequest.getRootAsBatchRequest(body);
    FakeStore store = before.copy();
    long[] versions = new long[request.operationsLength()];
    for (int i = 0; i < versions.length; i++) {
      BatchOperation operation = request.operations(i);
      byte[] key = bytes(operation, operation.keyStart(), operation.keyLength());
      if (!store.holds(key, operation.condition(), operation.conditionVersion())) {
        Stored current = store.get(key);
        throw new ConditionFailed(i, current == null ? 0 : current.version());
      }
      versions[i] = apply(store, operation, key);
    }
    FlatBufferBuilder out = new FlatBufferBuilder();
    int versionsAt = BatchResponse.createVersionsVector(out, versions);
    ByteBuffer answer =
        FakeCommands.finish(out, BatchResponse.createBatchResponse(out, versionsAt));
    return new Applied(store, answer);
  }

  private static long apply(FakeStore store, BatchOperation operation, byte[] key) {
    ExpiryWish wish = new ExpiryWish(operation.expiry(), operation.expiryMs());
    byte[] value = bytes(operation, operation.valueStart(), operation.valueLength());
    return switch (operation.kind()) {
      case BatchKind.SET -> store.put(key, value, operation.encoding(), wish);
      case BatchKind.INCR ->
          store.increment(key, operation.delta(), operation.initial(), wish).version();
      case BatchKind.APPEND -> store.append(key, value, operation.encoding()).version();
      case BatchKind.EXPIRE -> {
        Stored current = store.get(key);
        yield current == null ? 0 : store.put(key, current.value(), current.encoding(), wish);
      }
      case BatchKind.DELETE_RANGE -> {
        byte[] end = optional(operation, operation.endStart(), operation.endLength());
        store.range(key, end, operation.prefix() ? key : null).clear();
        yield 0;
      }
      default -> {
        store.remove(key);
        yield 0;
      }
    };
  }
}
