package io.velocitydb.server.command;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.fbs.PingRequest;
import io.velocitydb.protocol.fbs.PingResponse;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.database.OpenDatabase;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.Session;
import java.nio.ByteBuffer;

/** PING, USE and QUIT. */
final class ConnectionCommands {
  private final Databases databases;

  ConnectionCommands(Databases databases) {
    this.databases = databases;
  }

  void ping(Exchange exchange) {
    PingRequest request = PingRequest.getRootAsPingRequest(exchange.body());
    Reply reply = exchange.reply();
    int table = reply.begin(PingResponse.TABLE);
    int length = request.payloadLength();
    if (length > 0) {
      int at = reply.message().reserve(table, PingResponse.PAYLOAD, length);
      ByteBuffer payload = exchange.body().duplicate();
      payload.limit(request.payloadStart() + length).position(request.payloadStart());
      reply.buffer().setBytes(at, payload);
    }
    reply.end();
  }

  /** When it fails none is selected, so that nothing lands in the wrong one. */
  void use(Exchange exchange) {
    Session session = exchange.session();
    String name = UseRequest.getRootAsUseRequest(exchange.body()).database();
    session.identity().use(null);
    if (name.equals(Databases.SYSTEM)) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          "the database " + name + " holds the server's own records and cannot be selected");
    }
    if (!exchange.principal().mayEnter(name)) {
      throw RequestChecks.outOfScope();
    }
    OpenDatabase database =
        databases
            .find(name)
            .orElseThrow(
                () ->
                    new RequestException(
                        ErrorCode.DATABASE_NOT_FOUND, "there is no database " + name));
    session.identity().use(database);
    exchange.reply().empty();
  }

  void quit(Exchange exchange) {
    exchange.reply().empty();
    exchange.session().closeAfterReplies();
  }
}
