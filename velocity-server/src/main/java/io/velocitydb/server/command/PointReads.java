package io.velocitydb.server.command;

import io.velocitydb.engine.MultiReadSink;
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
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * TTL, EXISTS and MGET. What names several keys sees one state of the database: never a part of
 * another's batch.
 */
final class PointReads {
  private static final int KEYS_PER_CHECK = 256;

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
          FoundCount found = new FoundCount();
          readAll(database, keys, call, _ -> found);
          int table = reply.begin(ExistsResponse.TABLE);
          reply.message().putInt(table, ExistsResponse.COUNT, found.count());
          reply.end();
        });
  }

  void mget(Exchange exchange) {
    MgetRequest request = MgetRequest.getRootAsMgetRequest(exchange.body());
    OpenDatabase database = exchange.database();
    List<byte[]> keys = new ArrayList<>(request.keysLength());
    Bytes element = new Bytes();
    for (int i = 0; i < request.keysLength(); i++) {
      request.keys(element, i);
      keys.add(key(exchange, database, element));
    }
    if (request.stream()) {
      exchange.stream(new MgetStream(database, keys));
    } else {
      exchange.later(Pool.READS, (reply, call) -> mget(database, keys, reply, call));
    }
  }

  private byte[] key(Exchange exchange, OpenDatabase database, Bytes element) {
    return checks.keyCopy(exchange, database, element.dataStart(), element.dataLength());
  }

  private void mget(OpenDatabase database, List<byte[]> keys, Reply reply, Call call) {
    int table = reply.begin(MgetResponse.TABLE);
    int entries = reply.message().reserveTables(table, MgetResponse.ENTRIES, keys.size());
    readAll(database, keys, call, from -> new MgetReply(reply, entries, from));
    reply.end();
  }

  /**
   * Reads keys in one state of the database, some at a time, so that a call that nobody wants any
   * more ends soon.
   *
   * @param sinks what takes those from a position on
   */
  private static void readAll(
      OpenDatabase database, List<byte[]> keys, Call call, IntFunction<MultiReadSink> sinks) {
    try (var _ = database.use();
        Snapshot snapshot = database.engine().snapshot();
        NativeKeys copies = new NativeKeys()) {
      for (int from = 0; from < keys.size(); from += KEYS_PER_CHECK) {
        call.checkStillWanted();
        database.checkNotDropped();
        int to = Math.min(from + KEYS_PER_CHECK, keys.size());
        copies.read(database, snapshot, keys.subList(from, to), sinks.apply(from));
      }
    }
  }

  /** Puts entries into a reply where the engine has them, from position {@code from} on. */
  private final class MgetReply implements MultiReadSink {
    private final Reply reply;
    private final int entries;
    private final int from;
    private final long nowMs = System.currentTimeMillis();

    MgetReply(Reply reply, int entries, int from) {
      this.reply = reply;
      this.entries = entries;
      this.from = from;
    }

    @Override
    public void found(
        int index,
        long valueAddress,
        int valueLength,
        byte encoding,
        long version,
        long expiresAtMs) {
      int value = reply.message().element(entries, from + index, Value.TABLE);
      EntryWriter.head(reply.message(), value, encoding, version, expiresAtMs, nowMs);
      EntryWriter.bytes(reply, value, Value.VALUE, valueAddress, valueLength);
      checkSize();
    }

    @Override
    public void missing(int index) {
      int _ = reply.message().element(entries, from + index, Value.TABLE);
      checkSize();
    }

    private void checkSize() {
      if (reply.bodyBytes() > checks.limits().maxFrame()) {
        throw new RequestException(
            ErrorCode.TOO_LARGE,
            "the values are larger than a reply may be; ask for fewer keys, or for a stream");
      }
    }
  }
}
