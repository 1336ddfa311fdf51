package io.velocitydb.client.admin;

import static io.velocitydb.client.admin.Texts.text;
import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.meta;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.message.Messages;
import io.velocitydb.client.value.Key;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.HotkeysRequest;
import io.velocitydb.protocol.fbs.HotkeysResponse;
import io.velocitydb.protocol.fbs.SlowlogRequest;
import io.velocitydb.protocol.fbs.SlowlogResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads the messages about what the server remembers of requests. */
final class ObservationCalls {

  private ObservationCalls() {}

  static Call<List<SlowOperation>> slowLog(int limit, boolean reset, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = SlowlogRequest.createSlowlogRequest(builder, meta(builder, options), limit, reset);
    return call(
        Opcode.SLOWLOG,
        options,
        builder,
        root,
        body -> {
          SlowlogResponse response = SlowlogResponse.getRootAsSlowlogResponse(body);
          List<SlowOperation> operations = new ArrayList<>();
          for (int i = 0; i < response.operationsLength(); i++) {
            operations.add(operation(response.operations(i)));
          }
          return List.copyOf(operations);
        });
  }

  private static SlowOperation operation(io.velocitydb.protocol.fbs.SlowOperation operation) {
    return new SlowOperation(
        Instant.ofEpochMilli(operation.atMs()),
        Duration.of(operation.durationUs(), ChronoUnit.MICROS),
        name(operation.opcode()),
        text(operation.database()),
        key(operation.keyAsByteBuffer()),
        operation.keyBytes(),
        operation.keys(),
        text(operation.user()),
        text(operation.address()));
  }

  private static String name(int opcode) {
    return Opcode.isKnown(opcode) ? Opcode.of(opcode).name() : "0x" + Integer.toHexString(opcode);
  }

  private static Optional<Key> key(@Nullable ByteBuffer bytes) {
    if (bytes == null || !bytes.hasRemaining()) {
      return Optional.empty();
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return Optional.of(Key.of(copy));
  }

  static Call<List<HotKey>> hotKeys(String database, int limit, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int databaseAt = builder.createString(database);
    int root =
        HotkeysRequest.createHotkeysRequest(builder, meta(builder, options), databaseAt, limit);
    return call(
        Opcode.HOTKEYS,
        options,
        builder,
        root,
        body -> {
          HotkeysResponse response = HotkeysResponse.getRootAsHotkeysResponse(body);
          List<HotKey> keys = new ArrayList<>();
          for (int i = 0; i < response.keysLength(); i++) {
            var hot = response.keys(i);
            key(hot.keyAsByteBuffer())
                .ifPresent(
                    key ->
                        keys.add(
                            new HotKey(
                                key, hot.keyBytes(), hot.readsPerSecond(), hot.writesPerSecond())));
          }
          return List.copyOf(keys);
        });
  }
}
