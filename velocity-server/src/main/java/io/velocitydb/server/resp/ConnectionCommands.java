package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.command.RequestChecks;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;

/** PING, ECHO, QUIT, SELECT and CLIENT. */
final class ConnectionCommands {
  private static final int NAME_CHARS_MAX = 128;

  private final RespService service;

  ConnectionCommands(RespService service) {
    this.service = service;
  }

  void ping(Exchange exchange, RespRequest request) {
    if (request.count() > 2) {
      throw RespErrors.arity("ping");
    }
    ByteBuf out = exchange.reply().buffer();
    if (request.count() == 2) {
      RespWriter.bulk(out, request.address(1), request.length(1));
    } else {
      RespWriter.simple(out, "PONG");
    }
  }

  void echo(Exchange exchange, RespRequest request) {
    RespWriter.bulk(exchange.reply().buffer(), request.address(1), request.length(1));
  }

  void quit(Exchange exchange, RespRequest request) {
    RespWriter.ok(exchange.reply().buffer());
    exchange.session().closeAfterReplies();
  }

  /** When a configured database cannot be selected none is, so that nothing lands in another. */
  void select(Exchange exchange, RespRequest request) {
    long number = request.number(1);
    if (number < 0 || number >= service.names().size()) {
      throw RespErrors.of("DB index is out of range");
    }
    String name = service.names().get((int) number);
    exchange.session().identity().use(null);
    if (name.equals(Databases.SYSTEM) || !exchange.principal().mayEnter(name)) {
      throw RequestChecks.outOfScope();
    }
    exchange
        .session()
        .identity()
        .use(
            service
                .databases()
                .find(name)
                .orElseThrow(
                    () ->
                        new RequestException(
                            ErrorCode.DATABASE_NOT_FOUND, "there is no database " + name)));
    RespWriter.ok(exchange.reply().buffer());
  }

  // ---- CLIENT ----

  void client(Exchange exchange, RespRequest request) {
    RespSession session = request.session();
    if (request.is(1, "ID")) {
      checkCount(request, 2, "client|id");
      RespWriter.integer(exchange.reply().buffer(), session.id());
    } else if (request.is(1, "GETNAME")) {
      checkCount(request, 2, "client|getname");
      ByteBuf out = exchange.reply().buffer();
      if (session.name().isEmpty()) {
        RespWriter.nil(out, request.protocol());
      } else {
        RespWriter.bulk(out, session.name());
      }
    } else if (request.is(1, "SETNAME")) {
      checkCount(request, 3, "client|setname");
      session.name(checkedName(request.text(2), "Client names"));
      RespWriter.ok(exchange.reply().buffer());
    } else if (request.is(1, "SETINFO")) {
      checkCount(request, 4, "client|setinfo");
      setInfo(session, request);
      RespWriter.ok(exchange.reply().buffer());
    } else {
      throw RespErrors.unknownSubcommand(request, "client");
    }
  }

  private static void setInfo(RespSession session, RespRequest request) {
    if (request.is(2, "LIB-NAME")) {
      session.library(checkedName(request.text(3), "lib-name"));
    } else if (request.is(2, "LIB-VER")) {
      session.libraryVersion(checkedName(request.text(3), "lib-ver"));
    } else {
      throw RespErrors.of("Unrecognized option '" + request.text(2) + "'");
    }
  }

  private static void checkCount(RespRequest request, int count, String command) {
    if (request.count() != count) {
      throw RespErrors.arity(command);
    }
  }

  /** What a client calls itself: visible ASCII, as much as is kept of it. */
  static String checkedName(String name, String what) {
    if (name.chars().anyMatch(c -> c < '!' || c > '~')) {
      throw RespErrors.of(what + " cannot contain spaces, newlines or special characters.");
    }
    return name.substring(0, Math.min(NAME_CHARS_MAX, name.length()));
  }
}
