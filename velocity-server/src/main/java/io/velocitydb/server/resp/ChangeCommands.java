package io.velocitydb.server.resp;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.WriteReply;

/** GETDEL, DEL, INCR and its relatives, and APPEND. */
final class ChangeCommands {
  private static final WriteReply NUMBER =
      (reply, results) -> RespWriter.integer(reply.buffer(), results.getFirst().number());
  private static final WriteReply DELETED =
      (reply, results) -> {
        long existed = 0;
        for (OperationResult result : results) {
          existed += result.existed() ? 1 : 0;
        }
        RespWriter.integer(reply.buffer(), existed);
      };

  private final Keys keys;

  ChangeCommands(Keys keys) {
    this.keys = keys;
  }

  void getdel(Exchange exchange, RespRequest request) {
    byte[] key = keys.copy(exchange, request, 1);
    exchange.newBatch().delete(key, Condition.ALWAYS, true);
    int protocol = request.protocol();
    exchange.write((reply, results) -> SetCommands.previous(reply.buffer(), protocol, results));
  }

  void del(Exchange exchange, RespRequest request) {
    if (request.count() - 1 > WriteBatch.MAX_OPERATIONS) {
      throw SetCommands.tooMany();
    }
    WriteBatch batch = exchange.newBatch();
    for (int i = 1; i < request.count(); i++) {
      batch.delete(keys.copy(exchange, request, i));
    }
    exchange.write(DELETED);
  }

  void incr(Exchange exchange, RespRequest request) {
    add(exchange, request, 1);
  }

  void incrby(Exchange exchange, RespRequest request) {
    add(exchange, request, request.number(2));
  }

  void decr(Exchange exchange, RespRequest request) {
    add(exchange, request, -1);
  }

  void decrby(Exchange exchange, RespRequest request) {
    long number = request.number(2);
    if (number == Long.MIN_VALUE) {
      throw RespErrors.of("decrement would overflow");
    }
    add(exchange, request, -number);
  }

  private void add(Exchange exchange, RespRequest request, long delta) {
    byte[] key = keys.copy(exchange, request, 1);
    exchange.newBatch().increment(key, delta, 0, Expiry.NONE);
    exchange.write(NUMBER);
  }

  void append(Exchange exchange, RespRequest request) {
    byte[] key = keys.copy(exchange, request, 1);
    keys.checkValue(request, 2);
    exchange.newBatch().append(key, request.bytes(2), SetCommands.ENCODING);
    exchange.write(NUMBER);
  }
}
