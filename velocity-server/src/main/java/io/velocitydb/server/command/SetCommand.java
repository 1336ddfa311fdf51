package io.velocitydb.server.command;

import io.velocitydb.engine.Entry;
import io.velocitydb.engine.OperationResult;
import io.velocitydb.protocol.fbs.SetRequest;
import io.velocitydb.protocol.fbs.SetResponse;
import io.velocitydb.protocol.fbs.Value;
import io.velocitydb.protocol.message.MessageWriter;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Command;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.WriteReply;
import java.util.List;

/** SET: key and value go from the network's buffer straight into the engine's batch. */
final class SetCommand implements Command {
  private static final WriteReply REPLY = SetCommand::reply;

  private final RequestChecks checks;
  private final SetRequest request = new SetRequest();

  SetCommand(RequestChecks checks) {
    this.checks = checks;
  }

  @Override
  public void execute(Exchange exchange) {
    SetRequest.getRootAsSetRequest(exchange.body(), request);
    OpenDatabase database = exchange.database();
    int key = request.keyStart();
    int keyLength = request.keyLength();
    checks.key(exchange, database, key, keyLength);
    checks.value(request.valueLength());
    exchange
        .newBatch()
        .put(
            exchange.address(key),
            keyLength,
            exchange.address(request.valueStart()),
            request.valueLength(),
            (byte) request.encoding(),
            RequestChecks.expiry(request.expiry(), request.expiryMs()),
            RequestChecks.condition(request.condition(), request.conditionVersion()),
            request.returnPrevious());
    exchange.write(REPLY);
  }

  private static void reply(Reply reply, List<OperationResult> results) {
    OperationResult result = results.getFirst();
    int table = reply.begin(SetResponse.TABLE);
    MessageWriter message = reply.message();
    message.putBoolean(table, SetResponse.APPLIED, result.applied());
    message.putLong(table, SetResponse.VERSION, result.version());
    if (result.previous().isPresent()) {
      Entry previous = result.previous().get();
      int value = message.putTable(table, SetResponse.PREVIOUS, Value.TABLE);
      EntryWriter.value(message, value, previous, System.currentTimeMillis());
    }
    reply.end();
  }
}
