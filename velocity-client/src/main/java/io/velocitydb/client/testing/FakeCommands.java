package io.velocitydb.client.testing;

import com.google.flatbuffers.FlatBufferBuilder;
import com.google.flatbuffers.Table;
import io.velocitydb.client.testing.FakeStore.ExpiryWish;
import io.velocitydb.client.testing.FakeStore.Stored;
import io.velocitydb.protocol.fbs.AppendRequest;
import io.velocitydb.protocol.fbs.AppendResponse;
import io.velocitydb.protocol.fbs.CountRequest;
import io.velocitydb.protocol.fbs.CountResponse;
import io.velocitydb.protocol.fbs.DeleteRangeRequest;
import io.velocitydb.protocol.fbs.DeleteRangeResponse;
import io.velocitydb.protocol.fbs.DeleteRequest;
import io.velocitydb.protocol.fbs.DeleteResponse;
import io.velocitydb.protocol.fbs.Entry;
import io.velocitydb.protocol.fbs.ExistsRequest;
import io.velocitydb.protocol.fbs.ExistsResponse;
import io.velocitydb.protocol.fbs.ExpireRequest;
import io.velocitydb.protocol.fbs.ExpireResponse;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.IncrResponse;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.ScanRequest;
import io.velocitydb.protocol.fbs.ScanResponse;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.SetResponse;
import io.velocitydb.protocol.fbs.TtlRequest;
import io.velocitydb.protocol.fbs.TtlResponse;
import io.velocitydb.protocol.fbs.TtlState;
import io.velocitydb.protocol.fbs.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands on keys as a real server answers them, one static method each: request's table in,
 * response's table out.
 */
final class FakeCommands {

  static final int PAGE_ENTRIES = 1_000;

  private FakeCommands() {}

  static ByteBuffer get(FakeStore store, ByteBuffer body) {
    GetRequest request = GetRequest.getRootAsGetRequest(body);
    Stored stored = store.get(bytes(request, request.keyStart(), request.keyLength()));
    FlatBufferBuilder out = new FlatBufferBuilder();
    if (stored == null) {
      return finish(out, GetResponse.createGetResponse(out, false, 0, 0, 0, 0));
    }
    int value = out.createByteVector(stored.value());
    return finish(
        out,
        GetResponse.createGetResponse(
            out, true, value, stored.encoding(), stored.version(), store.ttlMillis(stored)));
  }

  static ByteBuffer set(FakeStore store, ByteBuffer body) {
    SetRequest request = SetRequest.getRootAsSetRequest(body);
    byte[] key = bytes(request, request.keyStart(), request.keyLength());
    Stored before = store.get(key);
    boolean applied = store.holds(key, request.condition(), request.conditionVersion());
    long version = before == null ? 0 : before.version();
    FlatBufferBuilder out = new FlatBufferBuilder();
    int previous = request.returnPrevious() ? value(out, store, before) : 0;
    if (applied) {
      version =
          store.put(
              key,
              bytes(request, request.valueStart(), request.valueLength()),
              request.encoding(),
              new ExpiryWish(request.expiry(), request.expiryMs()));
    }
    return finish(out, SetResponse.createSetResponse(out, applied, version, previous));
  }

  static ByteBuffer delete(FakeStore store, ByteBuffer body) {
    DeleteRequest request = DeleteRequest.getRootAsDeleteRequest(body);
    byte[] key = bytes(request, request.keyStart(), request.keyLength());
    Stored before = store.get(key);
    boolean applied = store.holds(key, request.condition(), request.conditionVersion());
    FlatBufferBuilder out = new FlatBufferBuilder();
    int previous = request.returnPrevious() ? value(out, store, before) : 0;
    if (applied) {
      store.remove(key);
    }
    long version = applied || before == null ? 0 : before.version();
    return finish(
        out, DeleteResponse.createDeleteResponse(out, applied, before != null, previous, version));
  }

  static ByteBuffer incr(FakeStore store, ByteBuffer body) {
    IncrRequest request = IncrRequest.getRootAsIncrRequest(body);
    Stored stored =
        store.increment(
            bytes(request, request.keyStart(), request.keyLength()),
            request.delta(),
            request.initial(),
            new ExpiryWish(request.expiry(), request.expiryMs()));
    FlatBufferBuilder out = new FlatBufferBuilder();
    long number =
        Long.parseLong(new String(stored.value(), java.nio.charset.StandardCharsets.US_ASCII));
    return finish(out, IncrResponse.createIncrResponse(out, number, stored.version()));
  }

  static ByteBuffer expire(FakeStore store, ByteBuffer body) {
    ExpireRequest request = ExpireRequest.getRootAsExpireRequest(body);
    byte[] key = bytes(request, request.keyStart(), request.keyLength());
    Stored before = store.get(key);
    boolean applied =
        before != null && store.holds(key, request.condition(), request.conditionVersion());
    long version = before == null ? 0 : before.version();
    if (applied && before != null) {
      version =
          store.put(
              key,
              before.value(),
              before.encoding(),
              new ExpiryWish(request.expiry(), request.expiryMs()));
    }
    FlatBufferBuilder out = new FlatBufferBuilder();
    return finish(out, ExpireResponse.createExpireResponse(out, before != null, applied, version));
  }

  static ByteBuffer ttl(FakeStore store, ByteBuffer body) {
    TtlRequest request = TtlRequest.getRootAsTtlRequest(body);
    Stored stored = store.get(bytes(request, request.keyStart(), request.keyLength()));
    int state =
        stored == null
            ? TtlState.MISSING
            : stored.expiresAt() == 0 ? TtlState.NONE : TtlState.EXPIRES;
    FlatBufferBuilder out = new FlatBufferBuilder();
    long millis = stored == null ? 0 : store.ttlMillis(stored);
    return finish(out, TtlResponse.createTtlResponse(out, state, millis));
  }

  static ByteBuffer exists(FakeStore store, ByteBuffer body) {
    ExistsRequest request = ExistsRequest.getRootAsExistsRequest(body);
    int count = 0;
    for (int i = 0; i < request.keysLength(); i++) {
      var key = request.keys(i);
      if (store.get(bytes(key, key.dataStart(), key.dataLength())) != null) {
        count++;
      }
    }
    FlatBufferBuilder out = new FlatBufferBuilder();
    return finish(out, ExistsResponse.createExistsResponse(out, count));
  }

  static ByteBuffer append(FakeStore store, ByteBuffer body) {
    AppendRequest request = AppendRequest.getRootAsAppendRequest(body);
    Stored stored =
        store.append(
            bytes(request, request.keyStart(), request.keyLength()),
            bytes(request, request.valueStart(), request.valueLength()),
            request.encoding());
    FlatBufferBuilder out = new FlatBufferBuilder();
    return finish(
        out, AppendResponse.createAppendResponse(out, stored.value().length, stored.version()));
  }

  static ByteBuffer mget(FakeStore store, ByteBuffer body) {
    MgetRequest request = MgetRequest.getRootAsMgetRequest(body);
    FlatBufferBuilder out = new FlatBufferBuilder();
    int[] values = new int[request.keysLength()];
    for (int i = 0; i < values.length; i++) {
      var key = request.keys(i);
      Stored stored = store.get(bytes(key, key.dataStart(), key.dataLength()));
      values[i] = value(out, store, stored);
    }
    int entries = MgetResponse.createEntriesVector(out, values);
    return finish(out, MgetResponse.createMgetResponse(out, entries));
  }

  static ByteBuffer scan(FakeStore store, ByteBuffer body) {
    ScanRequest request = ScanRequest.getRootAsScanRequest(body);
    NavigableMap<byte[], Stored> range =
        store.range(
            optional(request, request.startStart(), request.startLength()),
            optional(request, request.endStart(), request.endLength()),
            optional(request, request.prefixStart(), request.prefixLength()));
    if (request.reverse()) {
      range = range.descendingMap();
    }
    byte[] cursor = optional(request, request.cursorStart(), request.cursorLength());
    if (cursor != null) {
      range = range.tailMap(cursor, false);
    }
    int limit = request.limit() == 0 ? PAGE_ENTRIES : (int) Math.min(PAGE_ENTRIES, request.limit());
    FlatBufferBuilder out = new FlatBufferBuilder();
    List<Integer> offsets = new ArrayList<>();
    byte[] last = null;
    for (Map.Entry<byte[], Stored> entry : range.entrySet()) {
      if (offsets.size() == limit) {
        break;
      }
      last = entry.getKey();
      Stored stored = entry.getValue();
      int key = out.createByteVector(last);
      int value = request.keysOnly() ? 0 : out.createByteVector(stored.value());
      offsets.add(
          Entry.createEntry(
              out, key, value, stored.encoding(), stored.version(), store.ttlMillis(stored)));
    }
    int entries =
        ScanResponse.createEntriesVector(
            out, offsets.stream().mapToInt(Integer::intValue).toArray());
    boolean more = last != null && range.higherKey(last) != null;
    int next = more ? out.createByteVector(last) : 0;
    return finish(out, ScanResponse.createScanResponse(out, entries, next));
  }

  static ByteBuffer deleteRange(FakeStore store, ByteBuffer body) {
    DeleteRangeRequest request = DeleteRangeRequest.getRootAsDeleteRangeRequest(body);
    store
        .range(
            optional(request, request.startStart(), request.startLength()),
            optional(request, request.endStart(), request.endLength()),
            optional(request, request.prefixStart(), request.prefixLength()))
        .clear();
    FlatBufferBuilder out = new FlatBufferBuilder();
    DeleteRangeResponse.startDeleteRangeResponse(out);
    return finish(out, DeleteRangeResponse.endDeleteRangeResponse(out));
  }

  static ByteBuffer count(FakeStore store, ByteBuffer body) {
    CountRequest request = CountRequest.getRootAsCountRequest(body);
    int count =
        store
            .range(
                optional(request, request.startStart(), request.startLength()),
                optional(request, request.endStart(), request.endLength()),
                optional(request, request.prefixStart(), request.prefixLength()))
            .size();
    FlatBufferBuilder out = new FlatBufferBuilder();
    return finish(out, CountResponse.createCountResponse(out, count, !request.estimate()));
  }

  private static int value(FlatBufferBuilder out, FakeStore store, @Nullable Stored stored) {
    if (stored == null) {
      return Value.createValue(out, false, 0, 0, 0, 0);
    }
    int bytes = out.createByteVector(stored.value());
    return Value.createValue(
        out, true, bytes, stored.encoding(), stored.version(), store.ttlMillis(stored));
  }

  static ByteBuffer finish(FlatBufferBuilder out, int root) {
    out.finish(root);
    return out.dataBuffer();
  }

  static byte[] bytes(Table table, int start, int length) {
    byte[] copy = new byte[length];
    if (length > 0) {
      table.getByteBuffer().get(start, copy);
    }
    return copy;
  }

  /** The bytes, or null when the field is absent or empty: an open bound. */
  static byte @Nullable [] optional(Table table, int start, int length) {
    return length == 0 ? null : bytes(table, start, length);
  }
}
