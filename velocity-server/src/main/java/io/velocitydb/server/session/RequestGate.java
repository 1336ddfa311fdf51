package io.velocitydb.server.session;

import io.velocitydb.protocol.Access;
import io.velocitydb.protocol.ErrorCode;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.protocol.frame.Flags;

/**
 * Decides from a frame's header and its connection whether the request may be executed at all. The
 * rule of each opcode is its {@link Access} in the one table of opcodes; what a request may touch
 * is decided where its keys are known.
 */
final class RequestGate {
  private RequestGate() {}

  /**
   * The opcode of a request that may go on.
   *
   * @param number byte 4 of its frame
   * @throws RequestException when it may not
   * @throws io.velocitydb.protocol.ProtocolException for flags that make no sense
   */
  static Opcode check(Session session, CommandTable commands, int number, int flags) {
    SessionIdentity identity = session.identity();
    Opcode opcode = Opcode.isKnown(number) ? Opcode.of(number) : null;
    boolean handshake = opcode != null && opcode.access() == Access.HANDSHAKE;
    if (!handshake && !identity.isAuthenticated()) {
      throw new RequestException(ErrorCode.UNAUTHENTICATED, "log in first: HELLO, then AUTH");
    }
    if (opcode == null) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "this server knows no opcode 0x" + Integer.toHexString(number));
    }
    Flags.checkRequest(opcode, flags);
    if (!handshake) {
      checkRights(identity, opcode);
    }
    if (commands.get(opcode) == null) {
      throw new RequestException(
          ErrorCode.UNSUPPORTED, "this server does not support " + opcode + " yet");
    }
    return opcode;
  }

  /**
   * That somebody known, with the rights of now, may use a command at all: for every protocol.
   *
   * @throws RequestException when not
   */
  static void checkRights(SessionIdentity identity, Opcode opcode) {
    identity.refresh();
    if (!identity.requirePrincipal().may(opcode)) {
      throw new RequestException(
          ErrorCode.PERMISSION_DENIED,
          "the role " + identity.requirePrincipal().role().label() + " does not allow " + opcode);
    }
  }
}
