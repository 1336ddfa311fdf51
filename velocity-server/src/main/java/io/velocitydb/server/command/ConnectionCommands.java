package io.velocitydb.server.command;

import io.velocitydb.protocol.fbs.PingRequest;
import io.velocitydb.protocol.fbs.PingResponse;
import io.velocitydb.protocol.fbs.UseRequest;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Reply;
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

  void use(Exchange exchange) {
    String name = UseRequest.getRootAsUseRequest(exchange.body()).database();
    DatabaseChoice.select(exchange, databases, name);
    exchange.reply().empty();
  }

  void quit(Exchange exchange) {
    exchange.reply().empty();
    exchange.session().closeAfterReplies();
  }
}
