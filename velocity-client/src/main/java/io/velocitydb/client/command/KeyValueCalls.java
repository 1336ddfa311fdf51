package io.velocitydb.client.command;

import static io.velocitydb.client.message.Messages.bytes;
import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.copy;
import static io.velocitydb.client.message.Messages.meta;
import static io.velocitydb.client.message.Messages.ttl;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.error.ServerException;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.Messages;
import io.velocitydb.client.value.Encoding;
import io.velocitydb.client.value.JsonCodec;
import io.velocitydb.client.value.Key;
import io.velocitydb.client.value.Value;
import io.velocitydb.client.value.Version;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Outcome;
import io.velocitydb.protocol.fbs.AppendRequest;
import io.velocitydb.protocol.fbs.AppendResponse;
import io.velocitydb.protocol.fbs.DeleteRequest;
import io.velocitydb.protocol.fbs.DeleteResponse;
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
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.SetResponse;
import io.velocitydb.protocol.fbs.TtlRequest;
import io.velocitydb.protocol.fbs.TtlResponse;
import io.velocitydb.protocol.fbs.TtlState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads the messages of the commands on single keys. Thread safe. */
public final class KeyValueCalls {

  private final JsonCodec json;

  /** Objects are written and read by {@code json}. */
  public KeyValueCalls(JsonCodec json) {
    this.json = json;
  }

  /** GET. */
  public Call<Optional<Entry>> get(Key key, ReadOptions options) {
    FlatBufferBuilder builder = Messages.builder(key.length());
    int keyAt = bytes(builder, key);
    int root = GetRequest.createGetRequest(builder, meta(builder, options.call), keyAt);
    return call(Opcode.GET, options.call, builder, root, body -> entry(key, body));
  }

  private Optional<Entry> entry(Key key, ByteBuffer body) {
    GetResponse response = GetResponse.getRootAsGetResponse(body);
    if (!response.found()) {
      return Optional.empty();
    }
    byte[] bytes = copy(response, response.valueStart(), response.valueLength());
    return Optional.of(
        new Entry(
            key,
            Value.received(bytes, Encoding.of(response.encoding()), json),
            Version.of(response.version()),
            ttl(response.ttlMs())));
  }

  /** SET. */
  public Call<SetResult> set(Key key, Object object, SetOptions options) {
    Value value = json.encode(object);
    FlatBufferBuilder builder = Messages.builder(key.length() + value.length());
    int keyAt = bytes(builder, key);
    int valueAt = builder.createByteVector(value.asBuffer());
    int root =
        SetRequest.createSetRequest(
            builder,
            meta(builder, options.call),
            keyAt,
            valueAt,
            value.encoding().code(),
            options.expiry.kind,
            options.expiry.millis,
            options.condition.kind,
            options.condition.version,
            options.returnPrevious);
    return call(
        Opcode.SET,
        options.call,
        builder,
        root,
        body -> {
          SetResponse response = SetResponse.getRootAsSetResponse(body);
          return new SetResult(
              response.applied(),
              Version.of(response.version()),
              previous(key, response.previous()));
        });
  }

  /** DELETE. */
  public Call<DeleteResult> delete(Key key, DeleteOptions options) {
    FlatBufferBuilder builder = Messages.builder(key.length());
    int keyAt = bytes(builder, key);
    int root =
        DeleteRequest.createDeleteRequest(
            builder,
            meta(builder, options.call),
            keyAt,
            options.condition.kind,
            options.condition.version,
            options.returnPrevious);
    return call(
        Opcode.DELETE,
        options.call,
        builder,
        root,
        body -> {
          DeleteResponse response = DeleteResponse.getRootAsDeleteResponse(body);
          return new DeleteResult(
              response.applied(),
              response.existed(),
              Version.of(response.version()),
              previous(key, response.previous()));
        });
  }

  /** INCR. */
  public Call<IncrResult> incr(Key key, long delta, IncrOptions options) {
    FlatBufferBuilder builder = Messages.builder(key.length());
    int keyAt = bytes(builder, key);
    int root =
        IncrRequest.createIncrRequest(
            builder,
            meta(builder, options.call),
            keyAt,
            delta,
            options.initial,
            options.expiry.kind,
            options.expiry.millis);
    return call(
        Opcode.INCR,
        options.call,
        builder,
        root,
        body -> {
          IncrResponse response = IncrResponse.getRootAsIncrResponse(body);
          return new IncrResult(response.value(), Version.of(response.version()));
        });
  }

  /** EXPIRE. */
  public Call<ExpireResult> expire(Key key, Expiry expiry, ExpireOptions options) {
    FlatBufferBuilder builder = Messages.builder(key.length());
    int keyAt = bytes(builder, key);
    int root =
        ExpireRequest.createExpireRequest(
            builder,
            meta(builder, options.call),
            keyAt,
            expiry.kind,
            expiry.millis,
            options.condition.kind,
            options.condition.version);
    return call(
        Opcode.EXPIRE,
        options.call,
        builder,
        root,
        body -> {
          ExpireResponse response = ExpireResponse.getRootAsExpireResponse(body);
          return new ExpireResult(
              response.existed(), response.applied(), Version.of(response.version()));
        });
  }

  /** TTL. */
  public Call<Ttl> ttlOf(Key key, ReadOptions options) {
    FlatBufferBuilder builder = Messages.builder(key.length());
    int keyAt = bytes(builder, key);
    int root = TtlRequest.createTtlRequest(builder, meta(builder, options.call), keyAt);
    return call(
        Opcode.TTL,
        options.call,
        builder,
        root,
        body -> {
          TtlResponse response = TtlResponse.getRootAsTtlResponse(body);
          return switch (response.state()) {
            case TtlState.MISSING -> new Ttl.Missing();
            case TtlState.NONE -> new Ttl.None();
            default -> new Ttl.Remaining(Duration.ofMillis(response.ttlMs()));
          };
        });
  }

  /** EXISTS. */
  public Call<Long> exists(List<Key> keys, ReadOptions options) {
    FlatBufferBuilder builder = Messages.builder(Messages.payload(keys));
    int keysAt = ExistsRequest.createKeysVector(builder, Messages.keys(builder, keys));
    int root = ExistsRequest.createExistsRequest(builder, meta(builder, options.call), keysAt);
    return call(
        Opcode.EXISTS,
        options.call,
        builder,
        root,
        body -> ExistsResponse.getRootAsExistsResponse(body).count());
  }

  /** APPEND. */
  public Call<AppendResult> append(Key key, Object object, WriteOptions options) {
    Value value = json.encode(object);
    FlatBufferBuilder builder = Messages.builder(key.length() + value.length());
    int keyAt = bytes(builder, key);
    int valueAt = builder.createByteVector(value.asBuffer());
    int root =
        AppendRequest.createAppendRequest(
            builder, meta(builder, options.call), keyAt, valueAt, value.encoding().code());
    return call(
        Opcode.APPEND,
        options.call,
        builder,
        root,
        body -> {
          AppendResponse response = AppendResponse.getRootAsAppendResponse(body);
          return new AppendResult(response.length(), Version.of(response.version()));
        });
  }

  /** MGET; where the server offers that, its answer comes in several frames. */
  public Call<List<Optional<Entry>>> mget(List<Key> keys, ReadOptions options) {
    FlatBufferBuilder builder = Messages.builder(Messages.payload(keys));
    int keysAt = MgetRequest.createKeysVector(builder, Messages.keys(builder, keys));
    int meta = meta(builder, options.call);
    MgetRequest.startMgetRequest(builder);
    MgetRequest.addKeys(builder, keysAt);
    if (meta != 0) {
      MgetRequest.addMeta(builder, meta);
    }
    MgetRequest.addStream(builder, true);
    int streamFromEnd = builder.offset();
    builder.finish(MgetRequest.endMgetRequest(builder));
    ByteBuffer body = builder.dataBuffer();
    return new Call<>(
        Opcode.MGET,
        options.call.flags(),
        body,
        options.call.timeoutMillis(),
        new MgetReply(keys),
        body.limit() - streamFromEnd);
  }

  /** Gathers the entries of all frames. */
  private final class MgetReply implements Call.Decoder<List<Optional<Entry>>> {
    private final List<Key> keys;
    private final List<Optional<Entry>> entries;
    private boolean several;

    MgetReply(List<Key> keys) {
      this.keys = keys;
      entries = new ArrayList<>(keys.size());
    }

    @Override
    public void begin() {
      entries.clear();
      several = false;
    }

    @Override
    public void part(ByteBuffer body) {
      several = true;
      add(body);
    }

    private void add(ByteBuffer body) {
      MgetResponse response = MgetResponse.getRootAsMgetResponse(body);
      int count = response.entriesLength();
      if (count > keys.size() - entries.size()) {
        throw new IllegalArgumentException(
            "the server answered more entries than the " + keys.size() + " keys");
      }
      for (int i = 0; i < count; i++) {
        entries.add(previous(keys.get(entries.size()), response.entries(i)));
      }
    }

    @Override
    public List<Optional<Entry>> decode(ByteBuffer body) {
      add(body);
      if (entries.size() < keys.size() && !several) {
        throw new IllegalArgumentException(
            "the server answered " + entries.size() + " entries for " + keys.size() + " keys");
      }
      if (entries.size() < keys.size()) {
        throw ServerException.of(
            ErrorCode.TIMEOUT,
            "the server gave "
                + entries.size()
                + " of "
                + keys.size()
                + " values in the time that it holds one state; ask for fewer keys at a time",
            Outcome.NOT_APPLIED);
      }
      return List.copyOf(entries);
    }
  }

  private Optional<Entry> previous(Key key, io.velocitydb.protocol.fbs.@Nullable Value value) {
    if (value == null || !value.found()) {
      return Optional.empty();
    }
    byte[] bytes = copy(value, value.valueStart(), value.valueLength());
    return Optional.of(
        new Entry(
            key,
            Value.received(bytes, Encoding.of(value.encoding()), json),
            Version.of(value.version()),
            ttl(value.ttlMs())));
  }
}
