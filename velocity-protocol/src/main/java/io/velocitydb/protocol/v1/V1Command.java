package io.velocitydb.protocol.v1;

import io.velocitydb.protocol.Opcode;
import java.util.Optional;

/** A command of version 1 and the opcode whose rules it follows. */
public enum V1Command {
  /** lp key -> lp value. */
  GET(1, Opcode.GET),
  /** lp key, lp value, u64 time to live in ms (0 none) -> u64 version. */
  SET(2, Opcode.SET),
  /** lp key -> u8 whether it was there. */
  DELETE(3, Opcode.DELETE),
  /** lp key, i64 delta -> i64 value. */
  INCR(4, Opcode.INCR),
  /** lp key -> u8. */
  EXISTS(5, Opcode.EXISTS),
  /** lp key -> i64 ms, -1 for none, -2 for a missing key. */
  TTL(6, Opcode.TTL),
  /** lp key, u64 ms -> u8 whether it was there. */
  EXPIRE(7, Opcode.EXPIRE),
  /** lp database -> nothing. */
  USE(8, Opcode.USE),
  /** lp prefix, u32 limit -> u32 count, (lp key, lp value)... */
  SCAN(9, Opcode.SCAN);

  private static final V1Command[] ALL = values();

  private final int number;
  private final Opcode opcode;

  V1Command(int number, Opcode opcode) {
    this.number = number;
    this.opcode = opcode;
  }

  /** The command of a number; empty for one that does not exist. */
  public static Optional<V1Command> of(int number) {
    return number >= 1 && number <= ALL.length ? Optional.of(ALL[number - 1]) : Optional.empty();
  }

  /** Its first byte on the wire. */
  public int number() {
    return number;
  }

  /** The same command of version 2.4. */
  public Opcode opcode() {
    return opcode;
  }
}
