package io.velocitydb.server.v1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Cursor;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.v1.V1Command;
import io.velocitydb.protocol.v1.V1FrameEncoder;
import io.velocitydb.protocol.v1.V1Reader;
import io.velocitydb.protocol.v1.V1Type;
import io.velocitydb.server.command.DatabaseChoice;
import io.velocitydb.server.command.RequestChecks;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.NativeAddress;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import java.util.Map;
import java.util.function.Supplier;

/** The commands of version 1. Values have no encoding there: they are bytes. Thread-safe. */
public final class V1Commands {
  private static final byte ENCODING = 0;
  private static final long NO_EXPIRY = -1;
  private static final long MISSING = -2;
  private static final int ENTRIES_PER_CHECK = 64;

  private final RequestChecks checks;
  private final Databases databases;
  private final Supplier<Map<String, Object>> statistics;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param statistics what STATS tells, by name
   */
  public V1Commands(Databases databases, Limits limits, Supplier<Map<String, Object>> statistics) {
    checks = new RequestChecks(limits);
    this.databases = databases;
    this.statistics = statistics;
  }

  /**
   * Executes one command.
   *
   * @param in stands behind the number of the command
   * @param buffer that {@code in} reads from
   */
  void execute(Exchange exchange, V1Command command, V1Reader in, ByteBuf buffer) {
    switch (command) {
      case GET -> get(exchange, key(exchange, in, buffer));
      case SET -> set(exchange, in, buffer);
      case DELETE -> {
        exchange.newBatch().delete(key(exchange, in, buffer), Condition.ALWAYS, false);
        exchange.write(
            (reply, results) -> flag(reply, V1Command.DELETE, results.getFirst().existed()));
      }
      case INCR -> increment(exchange, in, buffer);
      case EXISTS ->
          ask(
              exchange,
              key(exchange, in, buffer),
              (reply, there, _) -> flag(reply, V1Command.EXISTS, there));
      case TTL -> ask(exchange, key(exchange, in, buffer), V1Commands::timeToLive);
      case EXPIRE -> expire(exchange, in, buffer);
      case USE -> {
        String name = in.lpText();
        in.end();
        DatabaseChoice.select(exchange, databases, name);
        V1Reply.response(exchange.reply().buffer(), V1Command.USE, _ -> {});
      }
      case SCAN -> scan(exchange, in);
    }
  }

  /** The last field of a command: a key that the sender may touch, copied. */
  private byte[] key(Exchange exchange, V1Reader in, ByteBuf buffer) {
    byte[] key = keyBeforeOthers(exchange, in, buffer);
    in.end();
    return key;
  }

  private byte[] keyBeforeOthers(Exchange exchange, V1Reader in, ByteBuf buffer) {
    int length = in.lp();
    long address = NativeAddress.of(buffer) + in.lpIndex();
    checks.keyAt(exchange, exchange.database(), address, length);
    return Memory.bytes(address, length);
  }

  // ---- Reads ----

  private static void get(Exchange exchange, byte[] key) {
    read(
        exchange,
        (database, reply, mayBlock) -> {
          EntrySink sink =
              (address, length, _, _, _) ->
                  V1Reply.response(
                      reply.buffer(), V1Command.GET, out -> V1Reply.lp(out, address, length));
          ReadResult result = readKey(database, key, mayBlock, sink);
          if (result == ReadResult.MISSING) {
            throw new RequestException(ErrorCode.KEY_NOT_FOUND, "there is no such key");
          }
          return result;
        });
  }

  /** What is asked of an entry besides its value. */
  @FunctionalInterface
  private interface Answer {
    void write(Reply reply, boolean there, long expiresAtMs);
  }

  private static void ask(Exchange exchange, byte[] key, Answer answer) {
    read(
        exchange,
        (database, reply, mayBlock) -> {
          long[] expiresAt = {0};
          ReadResult result =
              readKey(database, key, mayBlock, (_, _, _, _, expiry) -> expiresAt[0] = expiry);
          if (result != ReadResult.NEEDS_IO) {
            answer.write(reply, result == ReadResult.FOUND, expiresAt[0]);
          }
          return result;
        });
  }

  private static void timeToLive(Reply reply, boolean there, long expiresAtMs) {
    long left =
        expiresAtMs == 0 ? NO_EXPIRY : Math.max(1, expiresAtMs - System.currentTimeMillis());
    V1Reply.response(reply.buffer(), V1Command.TTL, out -> out.writeLongLE(there ? left : MISSING));
  }

  /** Reads a key and writes the reply, unless a file would have to be read. */
  @FunctionalInterface
  private interface KeyRead {
    ReadResult run(OpenDatabase database, Reply reply, boolean mayBlock);
  }

  private static void read(Exchange exchange, KeyRead work) {
    OpenDatabase database = exchange.database();
    boolean mayBlock = !exchange.isOnLoop();
    if (work.run(database, exchange.reply(), mayBlock) == ReadResult.NEEDS_IO) {
      exchange.later(Pool.READS, (reply, _) -> work.run(database, reply, true));
    }
  }

  private static ReadResult readKey(
      OpenDatabase database, byte[] key, boolean mayBlock, EntrySink sink) {
    ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(key.length).writeBytes(key);
    try {
      return database.engine().read(NativeAddress.of(copy), key.length, mayBlock, sink);
    } finally {
      copy.release();
    }
  }

  // ---- Writes ----

  private void set(Exchange exchange, V1Reader in, ByteBuf buffer) {
    int keyLength = in.lp();
    int key = in.lpIndex();
    int valueLength = in.lp();
    int value = in.lpIndex();
    long ttlMs = in.i64();
    in.end();
    long base = NativeAddress.of(buffer);
    checks.keyAt(exchange, exchange.database(), base + key, keyLength);
    checks.value(valueLength);
    exchange
        .newBatch()
        .put(
            base + key,
            keyLength,
            base + value,
            valueLength,
            ENCODING,
            ttlMs == 0 ? Expiry.NONE : RequestChecks.expiryIn(ttlMs),
            Condition.ALWAYS,
            false);
    exchange.write(
        (reply, results) ->
            V1Reply.response(
                reply.buffer(),
                V1Command.SET,
                out -> out.writeLongLE(results.getFirst().version())));
  }

  private void increment(Exchange exchange, V1Reader in, ByteBuf buffer) {
    byte[] key = keyBeforeOthers(exchange, in, buffer);
    long delta = in.i64();
    in.end();
    exchange.newBatch().increment(key, delta, 0, Expiry.NONE);
    exchange.write(
        (reply, results) ->
            V1Reply.response(
                reply.buffer(),
                V1Command.INCR,
                out -> out.writeLongLE(results.getFirst().number())));
  }

  private void expire(Exchange exchange, V1Reader in, ByteBuf buffer) {
    byte[] key = keyBeforeOthers(exchange, in, buffer);
    long ms = in.i64();
    in.end();
    exchange.newBatch().expire(key, RequestChecks.expiryIn(ms), Condition.ALWAYS);
    exchange.write((reply, results) -> flag(reply, V1Command.EXPIRE, results.getFirst().existed()));
  }

  private static void flag(Reply reply, V1Command command, boolean value) {
    V1Reply.response(reply.buffer(), command, out -> out.writeByte(value ? 1 : 0));
  }

  // ---- SCAN and STATS ----

  private void scan(Exchange exchange, V1Reader in) {
    byte[] prefix = in.lpBytes();
    long asked = in.u32();
    in.end();
    OpenDatabase database = exchange.database();
    KeyRange range = checks.range(exchange, database, null, null, prefix);
    int limit =
        (int) Math.min(asked == 0 ? Limits.MAX_PAGE_ENTRIES : asked, Limits.MAX_PAGE_ENTRIES);
    exchange.later(
        Pool.READS,
        (reply, call) ->
            V1Reply.response(
                reply.buffer(), V1Command.SCAN, out -> scan(database, range, limit, out, call)));
  }

  /** As many entries as a page holds; there is no way to ask for the next one but by its prefix. */
  private static void scan(
      OpenDatabase database, KeyRange range, int limit, ByteBuf out, Call call) {
    int start = out.writerIndex();
    out.writeIntLE(0);
    int count = 0;
    try (var _ = database.use();
        Cursor cursor = database.engine().cursor(range, false)) {
      while (count < limit && cursor.next()) {
        if (count % ENTRIES_PER_CHECK == 0) {
          call.checkStillWanted();
          database.checkNotDropped();
        }
        int bytes = cursor.keyLength() + cursor.valueLength();
        if (count > 0 && out.writerIndex() - start + bytes > Limits.MAX_PAGE_BYTES) {
          break;
        }
        V1Reply.lp(out, cursor.keyAddress(), cursor.keyLength());
        V1Reply.lp(out, cursor.valueAddress(), cursor.valueLength());
        count++;
      }
    }
    out.setIntLE(start, count);
  }

  void stats(Exchange exchange) {
    exchange.later(
        Pool.ADMINISTRATION,
        (reply, _) -> V1Reply.frame(reply.buffer(), V1Type.STATS, this::statistics));
  }

  private void statistics(ByteBuf out) {
    try {
      V1FrameEncoder.lp(out, json.writeValueAsBytes(statistics.get()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("figures have no JSON", e);
    }
  }
}
