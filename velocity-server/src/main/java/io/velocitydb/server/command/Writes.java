package io.velocitydb.server.command;

import io.velocitydb.engine.Entry;
import io.velocitydb.engine.Expiry;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.AppendRequest;
import io.velocitydb.protocol.fbs.AppendResponse;
import io.velocitydb.protocol.fbs.DeleteRangeRequest;
import io.velocitydb.protocol.fbs.DeleteRequest;
import io.velocitydb.protocol.fbs.DeleteResponse;
import io.velocitydb.protocol.fbs.ExpireRequest;
import io.velocitydb.protocol.fbs.ExpireResponse;
import io.velocitydb.protocol.fbs.IncrRequest;
import io.velocitydb.protocol.fbs.IncrResponse;
import io.velocitydb.protocol.fbs.Value;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import java.util.List;

/** DELETE, INCR, EXPIRE, APPEND and DELETE_RANGE. */
final class Writes {
  private final RequestChecks checks;

  Writes(RequestChecks checks) {
    this.checks = checks;
  }

  // ---- DELETE ----

  void delete(Exchange exchange) {
    DeleteRequest request = DeleteRequest.getRootAsDeleteRequest(exchange.body());
    byte[] key = key(exchange, request.keyStart(), request.keyLength());
    exchange
        .newBatch()
        .delete(
            key,
            RequestChecks.condition(request.condition(), request.conditionVersion()),
            request.returnPrevious());
    exchange.write(Writes::deleted);
  }

  private static void deleted(Reply reply, List<OperationResult> results) {
    OperationResult result = results.getFirst();
    int table = reply.begin(DeleteResponse.TABLE);
    MessageWriter message = reply.message();
    message.putBoolean(table, DeleteResponse.APPLIED, result.applied());
    message.putBoolean(table, DeleteResponse.EXISTED, result.existed());
    if (!result.applied()) {
      message.putLong(table, DeleteResponse.VERSION, result.version());
    }
    if (result.previous().isPresent()) {
      Entry previous = result.previous().get();
      int value = message.putTable(table, DeleteResponse.PREVIOUS, Value.TABLE);
      EntryWriter.value(message, value, previous, System.currentTimeMillis());
    }
    reply.end();
  }

  // ---- INCR ----

  void incr(Exchange exchange) {
    IncrRequest request = IncrRequest.getRootAsIncrRequest(exchange.body());
    byte[] key = key(exchange, request.keyStart(), request.keyLength());
    exchange
        .newBatch()
        .increment(
            key,
            request.delta(),
            request.initial(),
            onCreation(RequestChecks.expiry(request.expiry(), request.expiryMs())));
    exchange.write(Writes::incremented);
  }

  /** There is nothing to keep of an entry that is not there yet. */
  static Expiry onCreation(Expiry expiry) {
    return expiry.kind() == Expiry.Kind.KEEP ? Expiry.NONE : expiry;
  }

  private static void incremented(Reply reply, List<OperationResult> results) {
    OperationResult result = results.getFirst();
    int table = reply.begin(IncrResponse.TABLE);
    reply.message().putLong(table, IncrResponse.VALUE, result.number());
    reply.message().putLong(table, IncrResponse.VERSION, result.version());
    reply.end();
  }

  // ---- EXPIRE ----

  void expire(Exchange exchange) {
    ExpireRequest request = ExpireRequest.getRootAsExpireRequest(exchange.body());
    byte[] key = key(exchange, request.keyStart(), request.keyLength());
    exchange
        .newBatch()
        .expire(
            key,
            changed(RequestChecks.expiry(request.expiry(), request.expiryMs())),
            RequestChecks.condition(request.condition(), request.conditionVersion()));
    exchange.write(Writes::expired);
  }

  static Expiry changed(Expiry expiry) {
    if (expiry.kind() == Expiry.Kind.KEEP) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND, "EXPIRE changes the expiry; KEEP would not");
    }
    return expiry;
  }

  private static void expired(Reply reply, List<OperationResult> results) {
    OperationResult result = results.getFirst();
    int table = reply.begin(ExpireResponse.TABLE);
    reply.message().putBoolean(table, ExpireResponse.EXISTED, result.existed());
    reply.message().putBoolean(table, ExpireResponse.APPLIED, result.applied());
    reply.message().putLong(table, ExpireResponse.VERSION, result.version());
    reply.end();
  }

  // ---- APPEND ----

  void append(Exchange exchange) {
    AppendRequest request = AppendRequest.getRootAsAppendRequest(exchange.body());
    byte[] key = key(exchange, request.keyStart(), request.keyLength());
    checks.value(request.valueLength());
    byte[] bytes = Memory.bytes(exchange.address(request.valueStart()), request.valueLength());
    exchange.newBatch().append(key, bytes, (byte) request.encoding());
    exchange.write(Writes::appended);
  }

  private static void appended(Reply reply, List<OperationResult> results) {
    OperationResult result = results.getFirst();
    int table = reply.begin(AppendResponse.TABLE);
    reply.message().putLong(table, AppendResponse.LENGTH, result.number());
    reply.message().putLong(table, AppendResponse.VERSION, result.version());
    reply.end();
  }

  // ---- DELETE_RANGE ----

  void deleteRange(Exchange exchange) {
    DeleteRangeRequest request = DeleteRangeRequest.getRootAsDeleteRangeRequest(exchange.body());
    KeyRange range =
        checks.range(
            exchange,
            exchange.database(),
            RequestChecks.copy(exchange, request.startStart(), request.startLength()),
            RequestChecks.copy(exchange, request.endStart(), request.endLength()),
            RequestChecks.copy(exchange, request.prefixStart(), request.prefixLength()));
    if (RequestChecks.isEmpty(range)) {
      exchange.reply().empty();
      return;
    }
    exchange.newBatch().deleteRange(range);
    exchange.write((reply, _) -> reply.empty());
  }

  private byte[] key(Exchange exchange, int position, int length) {
    OpenDatabase database = exchange.database();
    return checks.keyCopy(exchange, database, position, length);
  }
}
