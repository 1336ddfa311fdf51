package io.velocitydb.server.command;

import io.velocitydb.engine.Entry;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.Snapshot;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.Bytes;
import io.velocitydb.protocol.fbs.ExistsRequest;
import io.velocitydb.protocol.fbs.ExistsResponse;
import io.velocitydb.protocol.fbs.MgetRequest;
import io.velocitydb.protocol.fbs.MgetResponse;
import io.velocitydb.protocol.fbs.TtlRequest;
import io.velocitydb.protocol.fbs.TtlResponse;
import io.velocitydb.protocol.fbs.TtlState;
import io.velocitydb.protocol.fbs.Value;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * TTL, EXISTS and MGET. What names several keys sees one state of the database: never a part of
 * another's batch.
 */
final class PointReads {
  private static final int ENTRIES_PER_CHECK = 256;

  private final RequestChecks checks;
  private final TtlRequest ttlRequest = new TtlRequest();
  private long foundExpiresAtMs;

  PointReads(RequestChecks checks) {
    this.checks = checks;
  }

  void ttl(Exchange exchange) {
    TtlRequest.getRootAsTtlRequest(exchange.body(), ttlRequest);
    OpenDatabase database = exchange.database();
    int position = ttlRequest.keyStart();
    int length = ttlRequest.keyLength();
    checks.key(exchange, database, position, length);
    long address = exchange.address(position);
    ReadResult result =
        database
            .engine()
            .read(
                address,
                length,
                false,
                (_, _, _, _, expiresAtMs) -> foundExpiresAtMs = expiresAtMs);
    switch (result) {
      case FOUND -> writeTtl(exchange.reply(), foundExpiresAtMs);
      case MISSING -> exchange.reply().empty();
      case NEEDS_IO -> {
        byte[] key = Memory.bytes(address, length);
        exchange.later(
            Pool.READS,
            (reply, call) ->
                database
                    .engine()
                    .get(key)
                    .ifPresentOrElse(entry -> writeTtl(reply, entry.expiresAtMs()), reply::empty));
      }
    }
  }

  private static void writeTtl(Reply reply, long expiresAtMs) {
    int table = reply.begin(TtlResponse.TABLE);
    if (expiresAtMs == 0) {
      reply.message().putByte(table, TtlResponse.STATE, TtlState.NONE);
    } else {
      reply.message().putByte(table, TtlResponse.STATE, TtlState.EXPIRES);
      reply
          .message()
          .putLong(
              table,
              TtlResponse.TTL_MS,
              EntryWriter.remaining(expiresAtMs, System.currentTimeMillis()));
    }
    reply.end();
  }

  void exists(Exchange exchange) {
    ExistsRequest request = ExistsRequest.getRootAsExistsRequest(exchange.body());
    OpenDatabase database = exchange.database();
    List<byte[]> keys = new ArrayList<>(request.keysLength());
    Bytes element = new Bytes();
    for (int i = 0; i < request.keysLength(); i++) {
      request.keys(element, i);
      keys.add(key(exchange, database, element));
    }
    exchange.later(
        Pool.READS,
        (reply, call) -> {
          long count = 0;
          try (var _ = database.use();
              Snapshot snapshot = database.engine().snapshot()) {
            for (int i = 0; i < keys.size(); i++) {
              checkNowAndThen(call, database, i);
              if (database.engine().get(keys.get(i), snapshot).isPresent()) {
                count++;
              }
            }
          }
          int table = reply.begin(ExistsResponse.TABLE);
          reply.message().putInt(table, ExistsResponse.COUNT, (int) count);
          reply.end();
        });
  }

  void mget(Exchange exchange) {
    MgetRequest request = MgetRequest.getRootAsMgetRequest(exchange.body());
    if (request.stream()) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "this server does not stream yet; ask for fewer keys at a time");
    }
    OpenDatabase database = exchange.database();
    List<byte[]> keys = new ArrayList<>(request.keysLength());
    Bytes element = new Bytes();
    for (int i = 0; i < request.keysLength(); i++) {
      request.keys(element, i);
      keys.add(key(exchange, database, element));
    }
    exchange.later(Pool.READS, (reply, call) -> mget(database, keys, reply, call));
  }

  private byte[] key(Exchange exchange, OpenDatabase database, Bytes element) {
    return checks.keyCopy(exchange, database, element.dataStart(), element.dataLength());
  }

  private void mget(OpenDatabase database, List<byte[]> keys, Reply reply, Call call) {
    long nowMs = System.currentTimeMillis();
    MessageWriter message = reply.message();
    int table = reply.begin(MgetResponse.TABLE);
    int entries = message.reserveTables(table, MgetResponse.ENTRIES, keys.size());
    try (var _ = database.use();
        Snapshot snapshot = database.engine().snapshot()) {
      for (int i = 0; i < keys.size(); i++) {
        checkNowAndThen(call, database, i);
        Optional<Entry> entry = database.engine().get(keys.get(i), snapshot);
        int value = message.element(entries, i, Value.TABLE);
        entry.ifPresent(found -> EntryWriter.value(message, value, found, nowMs));
        if (reply.bodyBytes() > checks.limits().maxFrame()) {
          throw new RequestException(
              ErrorCode.TOO_LARGE, "the values are larger than a reply may be; ask for fewer keys");
        }
      }
    }
    reply.end();
  }

  private static void checkNowAndThen(Call call, OpenDatabase database, int index) {
    if (index % ENTRIES_PER_CHECK == 0) {
      call.checkStillWanted();
      database.checkNotDropped();
    }
  }
}
