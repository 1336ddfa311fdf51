package io.velocitydb.server.resp;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Durability;
import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Call;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.session.WriteReply;
import java.util.Optional;

/** EXPIRE, PEXPIRE and PERSIST. */
final class ExpiryCommands {
  private static final WriteReply EXISTED =
      (reply, results) -> RespWriter.integer(reply.buffer(), results.getFirst().existed() ? 1 : 0);

  private final Keys keys;

  ExpiryCommands(Keys keys) {
    this.keys = keys;
  }

  void expire(Exchange exchange, RespRequest request) {
    expire(exchange, request, 1_000, "expire");
  }

  void pexpire(Exchange exchange, RespRequest request) {
    expire(exchange, request, 1, "pexpire");
  }

  private void expire(Exchange exchange, RespRequest request, long unitMs, String command) {
    if (request.count() > 3) {
      throw RespErrors.of("Unsupported option " + request.text(3));
    }
    Expiry expiry = Expiries.after(request.number(2), unitMs, command);
    byte[] key = keys.copy(exchange, request, 1);
    exchange.newBatch().expire(key, expiry, Condition.ALWAYS);
    exchange.write(EXISTED);
  }

  /** Its reply tells whether there was an expiry to take away, so it looks before it writes. */
  void persist(Exchange exchange, RespRequest request) {
    byte[] key = keys.copy(exchange, request, 1);
    OpenDatabase database = exchange.database();
    Durability durability = exchange.session().durability();
    exchange.later(
        Pool.READS,
        (reply, call) ->
            RespWriter.integer(reply.buffer(), persist(database, key, durability, call) ? 1 : 0));
  }

  private static boolean persist(
      OpenDatabase database, byte[] key, Durability durability, Call call) {
    while (true) {
      call.checkStillWanted();
      Optional<Entry> entry = database.engine().get(key);
      if (entry.isEmpty() || entry.get().expiresAtMs() == 0) {
        return false;
      }
      try (WriteBatch batch = database.engine().newBatch()) {
        batch.expire(key, Expiry.NONE, Condition.ifVersion(entry.get().version()));
        OperationResult result = database.engine().write(batch, durability).getFirst();
        if (result.applied()) {
          return true;
        }
      }
      // Somebody else changed it in between.
    }
  }
}
