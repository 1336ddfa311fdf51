package io.velocitydb.client.admin;

import static io.velocitydb.client.admin.Texts.text;
import static io.velocitydb.client.message.Messages.call;
import static io.velocitydb.client.message.Messages.meta;

import com.google.flatbuffers.FlatBufferBuilder;
import io.velocitydb.client.message.Call;
import io.velocitydb.client.message.CallOptions;
import io.velocitydb.client.message.Messages;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.fbs.CompactRequest;
import io.velocitydb.protocol.fbs.CompactResponse;
import io.velocitydb.protocol.fbs.DbCreateRequest;
import io.velocitydb.protocol.fbs.DbDropRequest;
import io.velocitydb.protocol.fbs.DbLimitRequest;
import io.velocitydb.protocol.fbs.DbListRequest;
import io.velocitydb.protocol.fbs.DbListResponse;
import io.velocitydb.protocol.fbs.DbStatsRequest;
import io.velocitydb.protocol.fbs.DbStatsResponse;
import io.velocitydb.protocol.fbs.FlushRequest;
import io.velocitydb.protocol.fbs.FlushResponse;
import io.velocitydb.protocol.fbs.VerifyRequest;
import io.velocitydb.protocol.fbs.VerifyResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads the messages about databases. */
final class DatabaseCalls {

  private DatabaseCalls() {}

  static Call<Boolean> create(String name, long maxDiskBytes, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(name.length());
    int nameAt = builder.createString(name);
    int root =
        DbCreateRequest.createDbCreateRequest(
            builder, meta(builder, options), nameAt, maxDiskBytes);
    return call(Opcode.DB_CREATE, options, builder, root, body -> true);
  }

  static Call<Boolean> drop(String name, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(name.length());
    int nameAt = builder.createString(name);
    int root = DbDropRequest.createDbDropRequest(builder, meta(builder, options), nameAt);
    return call(Opcode.DB_DROP, options, builder, root, body -> true);
  }

  static Call<Boolean> limit(String name, long maxDiskBytes, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(name.length());
    int nameAt = builder.createString(name);
    int root =
        DbLimitRequest.createDbLimitRequest(builder, meta(builder, options), nameAt, maxDiskBytes);
    return call(Opcode.DB_LIMIT, options, builder, root, body -> true);
  }

  static Call<List<DatabaseInfo>> list(CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(0);
    int root = DbListRequest.createDbListRequest(builder, meta(builder, options));
    return call(
        Opcode.DB_LIST,
        options,
        builder,
        root,
        body -> {
          DbListResponse response = DbListResponse.getRootAsDbListResponse(body);
          List<DatabaseInfo> databases = new ArrayList<>();
          for (int i = 0; i < response.databasesLength(); i++) {
            databases.add(info(response.databases(i)));
          }
          return List.copyOf(databases);
        });
  }

  static Call<DatabaseStats> stats(String name, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(name.length());
    int nameAt = builder.createString(name);
    int root = DbStatsRequest.createDbStatsRequest(builder, meta(builder, options), nameAt);
    return call(Opcode.DB_STATS, options, builder, root, DatabaseCalls::stats);
  }

  private static DatabaseStats stats(ByteBuffer body) {
    DbStatsResponse response = DbStatsResponse.getRootAsDbStatsResponse(body);
    List<DatabaseStats.Level> levels = new ArrayList<>();
    for (int i = 0; i < response.levelsLength(); i++) {
      var level = response.levels(i);
      levels.add(
          new DatabaseStats.Level(
              (int) level.level(), level.runs(), level.files(), level.bytes(), level.entries()));
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (int i = 0; i < response.statsLength(); i++) {
      numbers.put(text(response.stats(i).name()), response.stats(i).value());
    }
    return new DatabaseStats(
        info(response.info()),
        response.memtableBytes(),
        response.walBytes(),
        List.copyOf(levels),
        numbers);
  }

  private static DatabaseInfo info(io.velocitydb.protocol.fbs.@Nullable DatabaseInfo info) {
    if (info == null) {
      throw new IllegalArgumentException("an answer about a database without the database");
    }
    return new DatabaseInfo(
        text(info.name()),
        info.createdMs() == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(info.createdMs())),
        info.diskBytes(),
        info.maxDiskBytes(),
        info.estimatedKeys());
  }

  static Call<VerifyReport> verify(String database, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(database.length());
    int nameAt = builder.createString(database);
    int root = VerifyRequest.createVerifyRequest(builder, meta(builder, options), nameAt);
    return call(
        Opcode.VERIFY,
        options,
        builder,
        root,
        body -> {
          VerifyResponse response = VerifyResponse.getRootAsVerifyResponse(body);
          List<String> problems = new ArrayList<>();
          for (int i = 0; i < response.problemsLength(); i++) {
            problems.add(text(response.problems(i)));
          }
          return new VerifyReport(
              response.files(),
              response.bytes(),
              response.entries(),
              List.copyOf(problems),
              Duration.ofMillis(response.durationMs()));
        });
  }

  static Call<CompactReport> compact(String database, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(database.length());
    int nameAt = builder.createString(database);
    int root = CompactRequest.createCompactRequest(builder, meta(builder, options), nameAt);
    return call(
        Opcode.COMPACT,
        options,
        builder,
        root,
        body -> {
          CompactResponse response = CompactResponse.getRootAsCompactResponse(body);
          return new CompactReport(
              response.bytesBefore(),
              response.bytesAfter(),
              Duration.ofMillis(response.durationMs()));
        });
  }

  static Call<FlushReport> flush(String database, CallOptions options) {
    FlatBufferBuilder builder = Messages.builder(database.length());
    int nameAt = builder.createString(database);
    int root = FlushRequest.createFlushRequest(builder, meta(builder, options), nameAt);
    return call(
        Opcode.FLUSH,
        options,
        builder,
        root,
        body -> {
          FlushResponse response = FlushResponse.getRootAsFlushResponse(body);
          return new FlushReport(response.bytesWritten(), Duration.ofMillis(response.durationMs()));
        });
  }
}
