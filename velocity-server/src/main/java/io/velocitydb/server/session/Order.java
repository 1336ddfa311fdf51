package io.velocitydb.server.session;

import io.velocitydb.protocol.Opcode;

/** When a request may start beside the earlier ones of its connection. */
public enum Order {
  /** When every earlier write is visible. */
  READ,
  /** When every earlier read is done. */
  WRITE,
  /** At once: it touches no data. */
  ANY,
  /** When every earlier request is answered. */
  ALONE;

  /** The rule of an opcode. */
  public static Order of(Opcode opcode) {
    if (opcode.isRead()) {
      return READ;
    }
    if (opcode.isWrite()) {
      return WRITE;
    }
    return opcode == Opcode.PING || opcode == Opcode.USE ? ANY : ALONE;
  }
}
