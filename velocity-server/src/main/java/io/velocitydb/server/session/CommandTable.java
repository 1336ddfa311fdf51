package io.velocitydb.server.session;

import io.velocitydb.protocol.Opcode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opcode to command, for one thread. */
public final class CommandTable {
  private final @Nullable Command[] byOrdinal = new @Nullable Command[Opcode.values().length];

  /** A table of these commands; every other opcode is not supported. */
  public CommandTable(Map<Opcode, Command> commands) {
    commands.forEach((opcode, command) -> byOrdinal[opcode.ordinal()] = command);
  }

  /** The command of an opcode, or null when this server has none. */
  @Nullable Command get(Opcode opcode) {
    return byOrdinal[opcode.ordinal()];
  }
}
