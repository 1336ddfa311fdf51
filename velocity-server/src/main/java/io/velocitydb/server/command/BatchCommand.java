package io.velocitydb.server.command;

import io.velocitydb.engine.Condition;
import io.velocitydb.engine.KeyRange;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.engine.WriteBatch;
import io.velocitydb.engine.memory.Memory;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.BatchKind;
import io.velocitydb.protocol.fbs.BatchOperation;
import io.velocitydb.protocol.fbs.BatchRequest;
import io.velocitydb.protocol.fbs.BatchResponse;
import io.velocitydb.protocol.message.ErrorMessage;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WriteReply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** BATCH: several writes that take effect together or not at all. */
final class BatchCommand implements Command {
  private static final WriteReply REPLY = BatchCommand::reply;

  private final RequestChecks checks;
  private final BatchOperation operation = new BatchOperation();

  BatchCommand(RequestChecks checks) {
    this.checks = checks;
  }

  @Override
  public void execute(Exchange exchange) {
    BatchRequest request = BatchRequest.getRootAsBatchRequest(exchange.body());
    OpenDatabase database = exchange.database();
    int count = request.operationsLength();
    if (count > checks.limits().maxBatch()) {
      throw new RequestException(
          ErrorCode.TOO_LARGE,
          "a batch has at most " + checks.limits().maxBatch() + " operations, not " + count);
    }
    if (count == 0) {
      exchange.reply().empty();
      return;
    }
    WriteBatch batch = exchange.newBatch();
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      request.operations(operation, i);
      bytes += operation.keyLength() + operation.valueLength();
      if (bytes > checks.limits().maxBatchBytes()) {
        throw new RequestException(
            ErrorCode.TOO_LARGE,
            "a batch has at most " + checks.limits().maxBatchBytes() + " bytes");
      }
      add(exchange, database, batch);
    }
    Condition condition =
        count == 1
            ? RequestChecks.condition(operation.condition(), operation.conditionVersion())
            : Condition.ALWAYS;
    exchange.write(
        condition.kind() == Condition.Kind.ALWAYS
            ? REPLY
            : (reply, results) -> replyIfHeld(reply, results, condition));
  }

  private void add(Exchange exchange, OpenDatabase database, WriteBatch batch) {
    int keyStart = operation.keyStart();
    int keyLength = operation.keyLength();
    refuseWhatDoesNotBelong();
    if (operation.kind() == BatchKind.DELETE_RANGE) {
      byte[] start = Memory.bytes(exchange.address(keyStart), keyLength);
      byte @Nullable [] end =
          RequestChecks.copy(exchange, operation.endStart(), operation.endLength());
      KeyRange range =
          operation.prefix()
              ? checks.range(exchange, database, null, end, start)
              : checks.range(exchange, database, start, end, null);
      if (RequestChecks.isEmpty(range)) {
        throw new RequestException(
            ErrorCode.INVALID_COMMAND, "the end of a range lies behind its start");
      }
      batch.deleteRange(range);
      return;
    }
    checks.key(exchange, database, keyStart, keyLength);
    long key = exchange.address(keyStart);
    checks.value(operation.valueLength());
    Condition condition =
        RequestChecks.condition(operation.condition(), operation.conditionVersion());
    switch (operation.kind()) {
      case BatchKind.SET ->
          batch.put(
              key,
              keyLength,
              exchange.address(operation.valueStart()),
              operation.valueLength(),
              (byte) operation.encoding(),
              RequestChecks.expiry(operation.expiry(), operation.expiryMs()),
              condition,
              false);
      case BatchKind.DELETE -> batch.delete(Memory.bytes(key, keyLength), condition, false);
      case BatchKind.INCR ->
          batch.increment(
              Memory.bytes(key, keyLength),
              operation.delta(),
              operation.initial(),
              Writes.onCreation(RequestChecks.expiry(operation.expiry(), operation.expiryMs())));
      case BatchKind.EXPIRE ->
          batch.expire(
              Memory.bytes(key, keyLength),
              Writes.changed(RequestChecks.expiry(operation.expiry(), operation.expiryMs())),
              condition);
      default ->
          batch.append(
              Memory.bytes(key, keyLength),
              Memory.bytes(exchange.address(operation.valueStart()), operation.valueLength()),
              (byte) operation.encoding());
    }
  }

  /** A field that a kind does not have is a mistake, not something to pass over. */
  private void refuseWhatDoesNotBelong() {
    int kind = operation.kind();
    boolean value = kind == BatchKind.SET || kind == BatchKind.APPEND;
    boolean conditional =
        kind == BatchKind.SET || kind == BatchKind.DELETE || kind == BatchKind.EXPIRE;
    boolean range = kind == BatchKind.DELETE_RANGE;
    if ((!value && operation.valueStart() != 0)
        || (!conditional && operation.condition() != 0)
        || (!range && (operation.endStart() != 0 || operation.prefix()))) {
      throw new RequestException(
          ErrorCode.INVALID_COMMAND,
          "an operation of kind " + BatchKind.name(kind) + " has a field that belongs to another");
    }
  }

  private static void reply(Reply reply, List<OperationResult> results) {
    int table = reply.begin(BatchResponse.TABLE);
    int at = reply.message().reserveLongs(table, BatchResponse.VERSIONS, results.size());
    for (OperationResult result : results) {
      reply.buffer().setLongLE(at, result.version());
      at += Long.BYTES;
    }
    reply.end();
  }

  /**
   * The engine reports the failed condition of a lone operation in its result; a batch of one is
   * still a batch.
   */
  private static void replyIfHeld(Reply reply, List<OperationResult> results, Condition condition) {
    OperationResult result = results.getFirst();
    boolean held =
        result.applied()
            || switch (condition.kind()) {
              case ALWAYS -> true;
              case IF_ABSENT -> !result.existed();
              case IF_PRESENT -> result.existed();
              case IF_VERSION -> result.version() == condition.version();
            };
    if (!held) {
      throw new RequestException(
          ErrorMessage.notApplied(
                  ErrorCode.CONDITION_FAILED, "the condition of operation 0 does not hold")
              .failedAt(0, result.version()));
    }
    reply(reply, results);
  }
}
