package io.velocitydb.server.session;

import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.limit.ClientNetwork;
import io.velocitydb.server.limit.ConnectionRate;
import java.net.SocketAddress;

/**
 * Which requests of a connection are taken at all, whatever its protocol: that there is room for
 * the connection, that neither address nor user sends too much, and that its rights are those of
 * now. Confined to the event loop.
 */
public final class Admission {
  private final Session session;
  private final ConnectionRate rate;
  private boolean tooMany;
  private boolean draining;

  Admission(Session session, ConnectionRate rate) {
    this.session = session;
    this.rate = rate;
  }

  /** The connection is there. */
  void opened(SocketAddress remote, SessionRegistry registry) {
    boolean local = session.isLocal();
    if (!local) {
      rate.opened(ClientNetwork.of(remote));
    }
    tooMany = !registry.open(session);
    draining = registry.isDraining() && !local;
  }

  /** From now on no request is taken: the server goes down. */
  void drain() {
    draining = true;
  }

  /** The connection is gone. */
  void closed() {
    rate.closed();
  }

  /**
   * That the server takes requests of this connection at all.
   *
   * @throws RequestException SERVER_OVERLOADED, SHUTTING_DOWN
   */
  public void checkTaken() {
    if (tooMany) {
      session.closeAfterRefusal();
      throw new RequestException(
          ErrorCode.SERVER_OVERLOADED,
          "too many connections; try later, or have server.max_connections raised");
    }
    if (draining) {
      throw new RequestException(
          ErrorCode.SHUTTING_DOWN, "the server is going down; connect again, or elsewhere");
    }
  }

  /**
   * That neither address nor user sends more than it may. Once for each request.
   *
   * @throws RequestException RATE_LIMITED
   */
  public void checkRate() {
    if (!rate.take(session.identity().principal())) {
      throw RequestException.rateLimited(rate);
    }
  }

  /**
   * That whoever is connected may use a command at all, with the rights of now.
   *
   * @throws RequestException UNAUTHENTICATED, SESSION_EXPIRED, PERMISSION_DENIED
   */
  public void checkRights(Opcode opcode) {
    RequestGate.checkRights(session.identity(), opcode);
  }
}
