package io.velocitydb.client.admin;

import static io.velocitydb.client.admin.Texts.text;
import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.meta;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.message.Messages;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.Role;
import io.velocitydb.protocol.fbs.ConfigGetRequest;
import io.velocitydb.protocol.fbs.ConfigGetResponse;
import io.velocitydb.protocol.fbs.ConnectionsRequest;
import io.velocitydb.protocol.fbs.ConnectionsResponse;
import io.velocitydb.protocol.fbs.DrainRequest;
import io.velocitydb.protocol.fbs.DrainResponse;
import io.velocitydb.protocol.fbs.StatsRequest;
import io.velocitydb.protocol.fbs.StatsResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes and reads the messages about the server. */
final class ServerCalls {

  private ServerCalls() {}

  static Call<ServerStats> stats(CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = StatsRequest.createStatsRequest(builder, meta(builder, options));
    return call(Opcode.STATS, options, builder, root, ServerCalls::stats);
  }

  private static ServerStats stats(ByteBuffer body) {
    StatsResponse response = StatsResponse.getRootAsStatsResponse(body);
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (int i = 0; i < response.statsLength(); i++) {
      numbers.put(text(response.stats(i).name()), response.stats(i).value());
    }
    return new ServerStats(
        text(response.serverVersion()),
        Duration.ofMillis(response.uptimeMs()),
        response.connections(),
        response.databases(),
        response.readOnly(),
        response.diskBytes(),
        response.diskFreeBytes(),
        response.memoryUsedBytes(),
        response.memoryLimitBytes(),
        numbers);
  }

  static Call<List<ConnectionInfo>> connections(int limit, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = ConnectionsRequest.createConnectionsRequest(builder, meta(builder, options), limit);
    return call(
        Opcode.CONNECTIONS,
        options,
        builder,
        root,
        body -> {
          ConnectionsResponse response = ConnectionsResponse.getRootAsConnectionsResponse(body);
          List<ConnectionInfo> connections = new ArrayList<>();
          for (int i = 0; i < response.connectionsLength(); i++) {
            connections.add(connection(response.connections(i)));
          }
          return List.copyOf(connections);
        });
  }

  private static ConnectionInfo connection(io.velocitydb.protocol.fbs.ConnectionInfo info) {
    return new ConnectionInfo(
        info.connectionId(),
        text(info.address()),
        text(info.user()),
        Role.of(info.role()),
        text(info.database()),
        text(info.clientName()),
        text(info.clientVersion()),
        text(info.protocol()),
        info.tls(),
        Instant.ofEpochMilli(info.openedMs()),
        Duration.ofMillis(info.idleMs()),
        info.requests());
  }

  static Call<List<Setting>> settings(Optional<String> key, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int keyAt = key.isPresent() ? builder.createString(key.get()) : 0;
    int root = ConfigGetRequest.createConfigGetRequest(builder, meta(builder, options), keyAt);
    return call(
        Opcode.CONFIG_GET,
        options,
        builder,
        root,
        body -> {
          ConfigGetResponse response = ConfigGetResponse.getRootAsConfigGetResponse(body);
          List<Setting> settings = new ArrayList<>();
          for (int i = 0; i < response.itemsLength(); i++) {
            var item = response.items(i);
            settings.add(
                new Setting(
                    text(item.key()), text(item.value()), text(item.source()), item.live()));
          }
          return List.copyOf(settings);
        });
  }

  static Call<Long> drain(Duration grace, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = DrainRequest.createDrainRequest(builder, meta(builder, options), grace.toMillis());
    return call(
        Opcode.DRAIN,
        options,
        builder,
        root,
        body -> DrainResponse.getRootAsDrainResponse(body).connections());
  }
}
