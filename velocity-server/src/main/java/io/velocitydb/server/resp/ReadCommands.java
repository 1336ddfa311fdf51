package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.MultiReadSink;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.command.FoundCount;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.NativeAddress;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import org.jspecify.annotations.Nullable;

/**
 * GET, STRLEN, TYPE, TTL, PTTL, EXISTS and MGET. What is in memory is answered in place: keys are
 * used where they lie in the network's buffer, and a value is copied once, into the outgoing
 * buffer. What needs a file is read by another thread.
 */
final class ReadCommands {
  /** More keys than these are read by another thread, so that they hold nobody up. */
  private static final int KEYS_IN_PLACE_MAX = 128;

  private static final int MISSING = -2;
  private static final int NO_EXPIRY = -1;

  private final Keys keys;
  private final Found found = new Found();
  private final ValueReply valueReply = new ValueReply();
  private final long[] addresses = new long[KEYS_IN_PLACE_MAX];
  private final int[] lengths = new int[KEYS_IN_PLACE_MAX];
  private final FoundCount countSink = new FoundCount();
  private final ValuesSink valuesSink = new ValuesSink();

  ReadCommands(Keys keys) {
    this.keys = keys;
  }

  // ---- One key ----

  void get(Exchange exchange, RespRequest request) {
    OpenDatabase database = exchange.database();
    keys.check(exchange, request, database, 1);
    Reply reply = exchange.reply();
    valueReply.out = reply.buffer();
    ReadResult result =
        database
            .engine()
            .read(request.address(1), request.length(1), !exchange.isOnLoop(), valueReply);
    valueReply.out = null;
    switch (result) {
      case FOUND -> {}
      case MISSING -> RespWriter.nil(reply.buffer(), request.protocol());
      case NEEDS_IO -> {
        byte[] key = request.bytes(1);
        int protocol = request.protocol();
        exchange.later(
            Pool.READS,
            (later, _) -> {
              ValueReply sink = new ValueReply();
              sink.out = later.buffer();
              if (readApart(database, key, sink) != ReadResult.FOUND) {
                RespWriter.nil(later.buffer(), protocol);
              }
            });
      }
    }
  }

  /** Writes a value while the engine holds it still. */
  private static final class ValueReply implements EntrySink {
    private @Nullable ByteBuf out;

    @Override
    public void accept(
        long valueAddress, int valueLength, byte encoding, long version, long expiresAtMs) {
      if (out != null) {
        RespWriter.bulk(out, valueAddress, valueLength);
      }
    }
  }

  /** What is asked of an entry besides its value. */
  private static final class Found implements EntrySink {
    private int length;
    private long expiresAtMs;

    @Override
    public void accept(
        long valueAddress, int valueLength, byte encoding, long version, long expiresAt) {
      length = valueLength;
      expiresAtMs = expiresAt;
    }
  }

  /** Writes what is asked of an entry; {@code entry} is null for a key that is not there. */
  private interface Answer {
    void write(ByteBuf out, @Nullable Found entry);
  }

  private static final Answer LENGTH =
      (out, entry) -> RespWriter.integer(out, entry == null ? 0 : entry.length);
  private static final Answer TYPE =
      (out, entry) -> RespWriter.simple(out, entry == null ? "none" : "string");
  private static final Answer SECONDS =
      (out, entry) -> {
        long left = leftMs(entry);
        RespWriter.integer(out, left < 0 ? left : (left + 500) / 1_000);
      };
  private static final Answer MILLIS = (out, entry) -> RespWriter.integer(out, leftMs(entry));

  private static long leftMs(@Nullable Found entry) {
    if (entry == null) {
      return MISSING;
    }
    return entry.expiresAtMs == 0
        ? NO_EXPIRY
        : Math.max(1, entry.expiresAtMs - System.currentTimeMillis());
  }

  void strlen(Exchange exchange, RespRequest request) {
    ask(exchange, request, LENGTH);
  }

  void type(Exchange exchange, RespRequest request) {
    ask(exchange, request, TYPE);
  }

  void ttl(Exchange exchange, RespRequest request) {
    ask(exchange, request, SECONDS);
  }

  void pttl(Exchange exchange, RespRequest request) {
    ask(exchange, request, MILLIS);
  }

  private void ask(Exchange exchange, RespRequest request, Answer answer) {
    OpenDatabase database = exchange.database();
    keys.check(exchange, request, database, 1);
    ReadResult result =
        database.engine().read(request.address(1), request.length(1), !exchange.isOnLoop(), found);
    switch (result) {
      case FOUND -> answer.write(exchange.reply().buffer(), found);
      case MISSING -> answer.write(exchange.reply().buffer(), null);
      case NEEDS_IO -> {
        byte[] key = request.bytes(1);
        exchange.later(
            Pool.READS,
            (reply, _) -> {
              Found own = new Found();
              boolean there = readApart(database, key, own) == ReadResult.FOUND;
              answer.write(reply.buffer(), there ? own : null);
            });
      }
    }
  }

  private static ReadResult readApart(OpenDatabase database, byte[] key, EntrySink sink) {
    ByteBuf copy = PooledByteBufAllocator.DEFAULT.directBuffer(key.length).writeBytes(key);
    try {
      return database.engine().read(NativeAddress.of(copy), key.length, true, sink);
    } finally {
      copy.release();
    }
  }

  // ---- Several keys, in one state of the database ----

  void exists(Exchange exchange, RespRequest request) {
    OpenDatabase database = checkAll(exchange, request);
    int count = request.count() - 1;
    if (count <= KEYS_IN_PLACE_MAX) {
      place(request, count);
      countSink.clear();
      if (database.engine().multiRead(addresses, lengths, count, !exchange.isOnLoop(), countSink)) {
        RespWriter.integer(exchange.reply().buffer(), countSink.count());
        return;
      }
    }
    ByteBuf copies = copyKeys(request);
    int[] sizes = lengths(request, count);
    exchange.later(
        Pool.READS,
        (reply, _) -> {
          FoundCount sink = new FoundCount();
          readApart(database, copies, sizes, sink);
          RespWriter.integer(reply.buffer(), sink.count());
        });
  }

  void mget(Exchange exchange, RespRequest request) {
    OpenDatabase database = checkAll(exchange, request);
    int count = request.count() - 1;
    int protocol = request.protocol();
    if (count <= KEYS_IN_PLACE_MAX) {
      place(request, count);
      Reply reply = exchange.reply();
      RespWriter.array(reply.buffer(), count);
      valuesSink.begin(reply.buffer(), protocol);
      boolean known =
          database.engine().multiRead(addresses, lengths, count, !exchange.isOnLoop(), valuesSink);
      valuesSink.end();
      if (known) {
        return;
      }
    }
    ByteBuf copies = copyKeys(request);
    int[] sizes = lengths(request, count);
    exchange.later(
        Pool.READS,
        (reply, _) -> {
          RespWriter.array(reply.buffer(), count);
          ValuesSink sink = new ValuesSink();
          sink.begin(reply.buffer(), protocol);
          readApart(database, copies, sizes, sink);
        });
  }

  private OpenDatabase checkAll(Exchange exchange, RespRequest request) {
    OpenDatabase database = exchange.database();
    for (int i = 1; i < request.count(); i++) {
      keys.check(exchange, request, database, i);
    }
    return database;
  }

  private void place(RespRequest request, int count) {
    for (int i = 0; i < count; i++) {
      addresses[i] = request.address(i + 1);
      lengths[i] = request.length(i + 1);
    }
  }

  private static int[] lengths(RespRequest request, int count) {
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = request.length(i + 1);
    }
    return sizes;
  }

  /** All keys one behind the other, on the heap: nobody has to release them. */
  private static ByteBuf copyKeys(RespRequest request) {
    ByteBuf copies = Unpooled.buffer();
    for (int i = 1; i < request.count(); i++) {
      copies.writeBytes(request.bytes(i));
    }
    return copies;
  }

  private static void readApart(
      OpenDatabase database, ByteBuf copies, int[] sizes, MultiReadSink sink) {
    ByteBuf direct =
        PooledByteBufAllocator.DEFAULT.directBuffer(copies.readableBytes()).writeBytes(copies);
    try {
      long[] places = new long[sizes.length];
      long at = NativeAddress.of(direct);
      for (int i = 0; i < sizes.length; i++) {
        places[i] = at;
        at += sizes[i];
      }
      database.engine().multiRead(places, sizes, sizes.length, true, sink);
    } finally {
      direct.release();
    }
  }

  private static final class ValuesSink implements MultiReadSink {
    private @Nullable ByteBuf out;
    private int protocol;
    private long bytes;

    void begin(ByteBuf buffer, int version) {
      out = buffer;
      protocol = version;
      bytes = 0;
    }

    void end() {
      out = null;
    }

    @Override
    public void found(
        int index,
        long valueAddress,
        int valueLength,
        byte encoding,
        long version,
        long expiresAtMs) {
      bytes += valueLength;
      if (bytes > RespSession.REPLY_BYTES_MAX) {
        throw new RequestException(
            ErrorCode.TOO_LARGE, "the values are larger than a reply may be; ask for fewer keys");
      }
      if (out != null) {
        RespWriter.bulk(out, valueAddress, valueLength);
      }
    }

    @Override
    public void missing(int index) {
      if (out != null) {
        RespWriter.nil(out, protocol);
      }
    }
  }
}
