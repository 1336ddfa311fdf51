package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.RequestException;
import io.velocitydb.server.session.WorkPools.Pool;
import io.velocitydb.server.user.Principal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * AUTH and HELLO. Passwords are checked by the bounded pool for them; the connection waits, and
 * becomes the user's on its event loop before the reply goes out.
 */
final class LoginCommands {
  /** Whose password AUTH takes when it names nobody, as in Redis. */
  private static final String DEFAULT_USER = "default";

  private final RespService service;

  LoginCommands(RespService service) {
    this.service = service;
  }

  void auth(Exchange exchange, RespRequest request) {
    if (request.count() > 3) {
      throw RespErrors.syntax();
    }
    boolean named = request.count() == 3;
    RespSession session = request.session();
    service.login().admit(session);
    String user = named ? request.text(1) : DEFAULT_USER;
    byte[] password = request.bytes(named ? 2 : 1);
    exchange.later(
        Pool.PASSWORDS,
        (reply, _) -> {
          logIn(session, user, password, () -> {});
          RespWriter.ok(reply.buffer());
        });
  }

  /** What HELLO asks for. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Hello(int protocol, boolean login, String user, byte[] password, String name) {}

  void hello(Exchange exchange, RespRequest request) {
    RespSession session = request.session();
    Hello hello = read(request);
    if (!hello.login) {
      if (session.identity().principal() == null) {
        throw new RequestException(
            ErrorCode.UNAUTHENTICATED,
            "HELLO must be called with the client already authenticated, otherwise the HELLO"
                + " <proto> AUTH <user> <pass> option can be used to authenticate the client and"
                + " select the RESP protocol version at the same time");
      }
      apply(session, hello);
      answer(exchange.reply().buffer(), session.id(), session.version());
      return;
    }
    service.login().admit(session);
    int protocol = hello.protocol == 0 ? session.version() : hello.protocol;
    exchange.later(
        Pool.PASSWORDS,
        (reply, _) -> {
          logIn(session, hello.user, hello.password, () -> apply(session, hello));
          answer(reply.buffer(), session.id(), protocol);
        });
  }

  private static Hello read(RespRequest request) {
    int protocol = 0;
    boolean login = false;
    String user = "";
    byte[] password = {};
    String name = "";
    if (request.count() > 1) {
      if (!request.isNumber(1)) {
        throw RespErrors.of("Protocol version is not an integer or out of range");
      }
      long version = request.number(1);
      if (version != RespWriter.RESP2 && version != RespWriter.RESP3) {
        throw new RequestException(ErrorCode.UNSUPPORTED, "unsupported protocol version");
      }
      protocol = (int) version;
    }
    for (int i = 2; i < request.count(); i++) {
      int left = request.count() - i - 1;
      if (request.is(i, "AUTH") && left >= 2) {
        login = true;
        user = request.text(i + 1);
        password = request.bytes(i + 2);
        i += 2;
      } else if (request.is(i, "SETNAME") && left >= 1) {
        name = ConnectionCommands.checkedName(request.text(i + 1), "Client names");
        i++;
      } else {
        throw RespErrors.of("Syntax error in HELLO option '" + request.text(i) + "'");
      }
    }
    return new Hello(protocol, login, user, password, name);
  }

  private static void apply(RespSession session, Hello hello) {
    if (hello.protocol != 0) {
      session.version(hello.protocol);
    }
    if (!hello.name.isEmpty()) {
      session.name(hello.name);
    }
  }

  /** Takes the time of Argon2id. */
  private void logIn(RespSession session, String user, byte[] password, Runnable onLoop) {
    Principal principal;
    try {
      principal = service.login().verify(session, user, password);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
    // Runs before the reply is sent on, as that goes the same way.
    var _ =
        session.onLoop(
            () -> {
              session.authenticated(principal);
              session
                  .identity()
                  .use(
                      service
                          .databases()
                          .enter(service.names().getFirst(), principal)
                          .orElse(null));
              onLoop.run();
            });
  }

  private void answer(ByteBuf out, long id, int protocol) {
    RespWriter.map(out, protocol, 7);
    RespWriter.bulk(out, "server");
    RespWriter.bulk(out, "velocity");
    RespWriter.bulk(out, "version");
    RespWriter.bulk(out, service.facts().version().getBytes(StandardCharsets.UTF_8));
    RespWriter.bulk(out, "proto");
    RespWriter.integer(out, protocol);
    RespWriter.bulk(out, "id");
    RespWriter.integer(out, id);
    RespWriter.bulk(out, "mode");
    RespWriter.bulk(out, "standalone");
    RespWriter.bulk(out, "role");
    RespWriter.bulk(out, "master");
    RespWriter.bulk(out, "modules");
    RespWriter.array(out, 0);
  }
}
