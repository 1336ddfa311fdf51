package io.velocitydb.server.resp;

import io.netty.buffer.ByteBuf;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.session.Exchange;
import io.velocitydb.server.session.Order;

/**
 * One command of RESP.
 *
 * @param name in lower case
 * @param arity as Redis tells it: how many arguments there are, the name among them, or, negative,
 *     how many there are at least
 * @param opcode the command of V-Proto that it is counted as, and whose rights it needs
 * @param order when it may start
 * @param keys where its keys are
 * @param handler executes it
 */
record RespCommand(
    String name, int arity, Opcode opcode, Order order, KeyPositions keys, Handler handler) {

  /** Executes requests; belongs to one thread. */
  @FunctionalInterface
  interface Handler {
    /** As {@link io.velocitydb.server.session.Command#execute}. */
    void execute(Exchange exchange, RespRequest request);
  }

  /**
   * Where keys are among the arguments, as COMMAND tells it.
   *
   * @param first 0 for none
   * @param last negative: counted from the end
   */
  record KeyPositions(int first, int last, int step) {
    static final KeyPositions NONE = new KeyPositions(0, 0, 0);
    static final KeyPositions ONE = new KeyPositions(1, 1, 1);
    static final KeyPositions ALL = new KeyPositions(1, -1, 1);
    static final KeyPositions PAIRS = new KeyPositions(1, -1, 2);
  }

  /** Whether the bytes from {@code index} on are this word, whatever their case. */
  static boolean matches(ByteBuf in, int index, String upperCase) {
    for (int i = 0; i < upperCase.length(); i++) {
      if (upper(in.getByte(index + i)) != upperCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static int upper(byte c) {
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
  }

  /**
   * That there are as many arguments as must be.
   *
   * @throws io.velocitydb.server.session.RequestException when not
   */
  void checkCount(int count) {
    if (arity >= 0 ? count != arity : count < -arity) {
      throw RespErrors.arity(name);
    }
  }
}
