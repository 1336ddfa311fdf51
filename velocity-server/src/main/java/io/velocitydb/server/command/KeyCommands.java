package io.velocitydb.server.command;

import io.velocitydb.protocol.Limits;
import io.velocitydb.protocol.Opcode;
import io.velocitydb.server.database.Databases;
import io.velocitydb.server.session.Command;
import java.util.EnumMap;
import java.util.Map;

/** The table of this package's commands. */
public final class KeyCommands {
  private KeyCommands() {}

  /** New commands for one thread: some keep objects from one request to the next. */
  public static Map<Opcode, Command> forOneThread(Databases databases, Limits limits) {
    RequestChecks checks = new RequestChecks(limits);
    ConnectionCommands connection = new ConnectionCommands(databases);
    PointReads reads = new PointReads(checks);
    Writes writes = new Writes(checks);
    Map<Opcode, Command> commands = new EnumMap<>(Opcode.class);
    commands.put(Opcode.PING, connection::ping);
    commands.put(Opcode.USE, connection::use);
    commands.put(Opcode.QUIT, connection::quit);
    commands.put(Opcode.GET, new GetCommand(checks));
    commands.put(Opcode.TTL, reads::ttl);
    commands.put(Opcode.EXISTS, reads::exists);
    commands.put(Opcode.MGET, reads::mget);
    commands.put(Opcode.SCAN, new ScanCommand(checks));
    commands.put(Opcode.COUNT, new CountCommand(checks));
    commands.put(Opcode.SET, new SetCommand(checks));
    commands.put(Opcode.DELETE, writes::delete);
    commands.put(Opcode.INCR, writes::incr);
    commands.put(Opcode.EXPIRE, writes::expire);
    commands.put(Opcode.APPEND, writes::append);
    commands.put(Opcode.DELETE_RANGE, writes::deleteRange);
    commands.put(Opcode.BATCH, new BatchCommand(checks));
    return commands;
  }
}
