package io.velocitydb.server.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.velocitydb.engine.EntrySink;
import io.velocitydb.engine.ReadResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.fbs.GetRequest;
import io.velocitydb.protocol.fbs.GetResponse;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.NativeAddress;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.WorkPools.Pool;
import org.jspecify.annotations.Nullable;

/**
 * GET. An entry in memory is answered in place: the key is used where it lies in the network's
 * buffer, and the value is copied once, from the engine's memory into the outgoing buffer. One that
 * needs a file is read by another thread.
 */
final class GetCommand implements Command {
  private final RequestChecks checks;
  private final GetRequest request = new GetRequest();
  private final Answer answer = new Answer();

  GetCommand(RequestChecks checks) {
    this.checks = checks;
  }

  @Override
  public void execute(Exchange exchange) {
    GetRequest.getRootAsGetRequest(exchange.body(), request);
    OpenDatabase database = exchange.database();
    int position = request.keyStart();
    int length = request.keyLength();
    checks.key(exchange, database, position, length);
    long address = exchange.address(position);
    answer.exchange = exchange;
    answer.reply = null;
    switch (database.engine().read(address, length, false, answer)) {
      case FOUND -> {}
      case MISSING -> exchange.reply().empty();
      case NEEDS_IO -> {
        byte[] key = Memory.bytes(address, length);
        exchange.later(Pool.READS, (reply, call) -> readApart(database, key, reply));
      }
    }
    answer.exchange = null;
  }

  private static void readApart(OpenDatabase database, byte[] key, Reply reply) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(key.length).writeBytes(key);
    try {
      Answer answer = new Answer();
      answer.reply = reply;
      ReadResult result =
          database.engine().read(NativeAddress.of(buffer), key.length, true, answer);
      if (result != ReadResult.FOUND) {
        reply.empty();
      }
    } finally {
      buffer.release();
    }
  }

  /** Writes the reply while the engine holds the value still. */
  private static final class Answer implements EntrySink {
    private @Nullable Exchange exchange;
    private @Nullable Reply reply;

    @Override
    public void accept(
        long valueAddress, int valueLength, byte encoding, long version, long expiresAtMs) {
      Reply out = reply != null ? reply : java.util.Objects.requireNonNull(exchange).reply();
      int table = out.begin(GetResponse.TABLE);
      MessageWriter message = out.message();
      message.putBoolean(table, GetResponse.FOUND, true);
      message.putByte(table, GetResponse.ENCODING, encoding);
      message.putLong(table, GetResponse.VERSION, version);
      if (expiresAtMs != 0) {
        message.putLong(
            table,
            GetResponse.TTL_MS,
            EntryWriter.remaining(expiresAtMs, System.currentTimeMillis()));
      }
      EntryWriter.bytes(out, table, GetResponse.VALUE, valueAddress, valueLength);
      out.end();
    }
  }
}
